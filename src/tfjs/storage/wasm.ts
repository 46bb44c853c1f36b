import type {BackendWasm} from '@tensorflow/tfjs-backend-wasm';
import type {TensorInfo} from '../core.ts';
import {ArrayStorage} from './arrays.ts';
import type {AdoptingStorage, NativeDtype} from './storage.ts';

/** The backend's heap, read and written in place. */
export class WasmStorage extends ArrayStorage implements AdoptingStorage {
  readonly #backend: BackendWasm;

  constructor(backend: BackendWasm) {
    super();
    this.#backend = backend;
  }

  make(shape: readonly number[], dtype: NativeDtype): TensorInfo {
    return this.#backend.makeOutput([...shape], dtype);
  }

  adopt({dataId}: TensorInfo): void {
    this.#backend.getMemoryOffset(dataId);
  }

  dispose({dataId}: TensorInfo): void {
    this.#backend.disposeData(dataId);
  }

  recycle(_dataId: object, remove: () => boolean): boolean {
    return remove();
  }

  clear(): void {
    // The heap keeps what was freed.
  }

  protected override valuesOf(tensor: TensorInfo): Float32Array | Int32Array | Uint8Array {
    // typedArrayFromHeap looks at the heap before it brings in a tensor of another backend, for which the heap may grow.
    this.adopt(tensor);
    return this.#backend.typedArrayFromHeap(tensor);
  }
}

export function isWasmBackend(backend: object): backend is BackendWasm {
  return 'makeOutput' in backend && 'typedArrayFromHeap' in backend && 'getMemoryOffset' in backend;
}
