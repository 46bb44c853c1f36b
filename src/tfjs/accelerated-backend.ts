import type {KernelBackend, NamedAttrMap, NamedTensorInfoMap, TensorInfo} from './core.ts';
import type {HotKernel, Optional} from './kernels/kernel.ts';
import {dropPlans, hasPlans} from './plans.ts';
import {storageOf} from './storage/of-backend.ts';
import type {AdoptingStorage} from './storage/storage.ts';
import type {BackendName} from './swaps.ts';

/** One instance of a backend of tfjs, with native kernels running on its tensors. */
export class AcceleratedBackend {
  readonly #backend: KernelBackend;
  readonly #storage: AdoptingStorage;
  /** The filters that plans were made of. */
  readonly #packed = new Set<object>();
  readonly #unhook: () => void;

  constructor(name: BackendName, backend: KernelBackend) {
    this.#backend = backend;
    this.#storage = storageOf(name, backend);
    this.#unhook = hookDisposal(backend, (dataId, remove) => {
      const isGone = this.#storage.recycle(dataId, remove);
      if (isGone && this.#packed.delete(dataId)) dropPlans(dataId);
      return isGone;
    });
  }

  is(backend: object): boolean {
    return this.#backend === backend;
  }

  /** Runs a kernel on arguments that it accepts. */
  run(kernel: HotKernel, inputs: NamedTensorInfoMap, attrs: NamedAttrMap): TensorInfo | TensorInfo[] {
    // Before any of them is looked at: a tensor of another backend takes memory of this one.
    for (const name in inputs) {
      const tensor: Optional<TensorInfo> = inputs[name];
      if (tensor) this.#storage.adopt(tensor);
    }
    const result = kernel.run(this.#storage, inputs, attrs);
    for (const name in inputs) {
      const tensor: Optional<TensorInfo> = inputs[name];
      if (tensor && hasPlans(tensor.dataId)) this.#packed.add(tensor.dataId);
    }
    return result;
  }

  /** Frees what was packed, and leaves the backend as it was. */
  end(): void {
    this.#unhook();
    this.#packed.forEach(dropPlans);
    this.#packed.clear();
    this.#storage.clear();
  }
}

/**
 * Puts a function in front of the one that lets go of data.
 *
 * @param dispose is given what the backend itself does, which says whether the data is gone
 * @returns undoes it
 */
function hookDisposal(backend: KernelBackend, dispose: (dataId: object, remove: () => boolean) => boolean): () => void {
  const original = backend.disposeData.bind(backend);
  const hooked = (dataId: object, force?: boolean): boolean => dispose(dataId, () => original(dataId, force));
  // As an own property, in front of the method of the class.
  backend.disposeData = hooked;
  return () => {
    if (backend.disposeData === hooked) Reflect.deleteProperty(backend, 'disposeData');
  };
}
