// A kernel of tfjs that runs natively, on whatever backend.
import {DenseCrfError} from '../../core/errors.ts';
import {shapeText} from '../../core/shape.ts';
import {engine, type KernelFunc, type NamedAttrMap, type NamedTensorInfoMap, Tensor, type TensorInfo} from '../core.ts';
import type {Storage} from '../storage/storage.ts';

/** A kernel with a native form. */
export interface HotKernel {
  /** tfjs's name of the kernel. */
  readonly kernelName: string;
  /** Whether the native form takes these arguments; where not, the backend's own kernel runs. Cheap: it is asked at each call. */
  accepts(inputs: NamedTensorInfoMap, attrs: NamedAttrMap): boolean;
  /** Runs it on arguments that it accepts. */
  run(storage: Storage, inputs: NamedTensorInfoMap, attrs: NamedAttrMap): TensorInfo | TensorInfo[];
}

/** A {@link HotKernel} that knows the names of its arguments. */
export interface KernelDefinition<Inputs, Attrs> {
  kernelName: string;
  accepts(inputs: Inputs, attrs: Attrs): boolean;
  run(storage: Storage, inputs: Inputs, attrs: Attrs): TensorInfo | TensorInfo[];
}

/** Makes a kernel of its definition. `Inputs` and `Attrs` are what tfjs passes to a kernel of this name. */
export function hotKernel<Inputs, Attrs>(of: KernelDefinition<Inputs, Attrs>): HotKernel {
  // The registry knows no types: a kernel's name stands for those of its arguments, in tfjs as here.
  const [inputsOf, attrsOf] = [(map: unknown) => map as Inputs, (map: unknown) => map as Attrs];
  return {
    kernelName: of.kernelName,
    accepts: (inputs, attrs) => of.accepts(inputsOf(inputs), attrsOf(attrs)),
    run: (storage, inputs, attrs) => of.run(storage, inputsOf(inputs), attrsOf(attrs)),
  };
}

/**
 * The function to register: native where the kernel accepts the arguments, `original` where it does not.
 *
 * @param storageOf the storage of a backend, which tfjs passes to each call
 */
export function kernelFunc(
  kernel: HotKernel,
  storageOf: (backend: object) => Storage,
  original: KernelFunc,
): KernelFunc {
  return call => {
    const {inputs, backend, attrs = {}} = call;
    checkInUse(kernel.kernelName, inputs);
    return kernel.accepts(inputs, attrs) ? kernel.run(storageOf(backend), inputs, attrs) : original(call);
  };
}

/**
 * Refuses disposed tensors: tfjs itself fails on them somewhere inside, or not at all.
 *
 * @throws {DenseCrfError} `ERR_DISPOSED`
 */
export function checkInUse(kernelName: string, inputs: NamedTensorInfoMap): void {
  for (const name in inputs) {
    const tensor: Optional<TensorInfo> = inputs[name];
    if (!isGiven(tensor) || !isDisposed(tensor)) continue;
    throw new DenseCrfError(
      'ERR_DISPOSED',
      `Expected ${name} of ${kernelName} to be a tensor in use but received one of shape ${shapeText(tensor.shape)} that was disposed`,
    );
  }
}

// Kernels call each other with less than tensors, which have no such property. Gradients of tfjs's own use tensors that are disposed
// while another one holds the same data.
function isDisposed(tensor: TensorInfo): boolean {
  return tensor instanceof Tensor && tensor.isDisposed && !engine().state.tensorInfo.has(tensor.dataId);
}

/** An input or attribute that may be left out: tfjs passes undefined or null. */
export type Optional<T> = T | null | undefined;

export function isGiven<T>(value: Optional<T>): value is T {
  return value !== undefined && value !== null;
}

/** Whether all these tensors, where given, hold float32 values, one at least each. */
export function areFloats(...tensors: readonly Optional<TensorInfo>[]): boolean {
  return tensors.every(tensor => !isGiven(tensor) || (tensor.dtype === 'float32' && !tensor.shape.includes(0)));
}
