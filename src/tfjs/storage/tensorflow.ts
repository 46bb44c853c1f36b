import type {backend_util, DataStorage, TensorInfo} from '../core.ts';
import {newValues} from './cpu.ts';
import type {NativeDtype, Storage} from './storage.ts';
import {asBytes, asFloats, asInts, sizeOf} from './values.ts';

/** What is used of tfjs-node's backend. */
export interface TensorFlowBackend {
  readonly tensorMap: DataStorage<unknown>;
  readSync(dataId: object): backend_util.BackendValues;
  write(values: backend_util.BackendValues, shape: number[], dtype: NativeDtype): object;
  disposeData(dataId: object, force?: boolean): boolean;
}

/**
 * Arrays of JavaScript until TensorFlow needs a tensor: between two native kernels nothing is copied. TensorFlow takes an array
 * over where it is aligned to 64 bytes, else it copies; what TensorFlow computed is copied when it is read.
 */
export class TensorFlowStorage implements Storage {
  readonly #backend: TensorFlowBackend;

  constructor(backend: TensorFlowBackend) {
    this.#backend = backend;
  }

  make(shape: readonly number[], dtype: NativeDtype): TensorInfo {
    const sizes = [...shape];
    return {dataId: this.#backend.write(newValues(dtype, sizeOf(shape)), sizes, dtype), shape: sizes, dtype};
  }

  adopt({dataId}: TensorInfo): void {
    this.#backend.tensorMap.get(dataId);
  }

  floats(tensor: TensorInfo): Float32Array {
    return asFloats(this.#values(tensor));
  }

  ints(tensor: TensorInfo): Int32Array {
    return asInts(this.#values(tensor));
  }

  bytes(tensor: TensorInfo): Uint8Array {
    return asBytes(this.#values(tensor));
  }

  dispose({dataId}: TensorInfo): void {
    this.#backend.disposeData(dataId);
  }

  #values(tensor: TensorInfo): backend_util.BackendValues {
    // readSync does not know tensors that live on another backend still.
    this.adopt(tensor);
    return this.#backend.readSync(tensor.dataId);
  }
}

export function isTensorFlowBackend(backend: object): backend is TensorFlowBackend {
  return 'tensorMap' in backend && 'binding' in backend && 'readSync' in backend;
}
