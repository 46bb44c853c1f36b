import type {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import {allocateFloats, allocateInts} from '../../core/memory.ts';
import type {backend_util, TensorInfo} from '../core.ts';
import type {NativeDtype, Storage} from './storage.ts';
import {asBytes, asFloats, asInts, sizeOf} from './values.ts';

/** Arrays of JavaScript, read and handed over without a copy. */
export class CpuStorage implements Storage {
  readonly #backend: MathBackendCPU;

  constructor(backend: MathBackendCPU) {
    this.#backend = backend;
  }

  make(shape: readonly number[], dtype: NativeDtype): TensorInfo {
    return this.#backend.makeTensorInfo([...shape], dtype, newValues(dtype, sizeOf(shape)));
  }

  adopt({dataId}: TensorInfo): void {
    this.#backend.data.get(dataId);
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

  dispose(tensor: TensorInfo): void {
    this.#backend.disposeIntermediateTensorInfo(tensor);
  }

  #values({dataId}: TensorInfo): backend_util.BackendValues | undefined {
    return this.#backend.data.get(dataId).values;
  }
}

/** An array for a tensor of so many values. */
export function newValues(dtype: NativeDtype, length: number): Float32Array | Int32Array | Uint8Array {
  switch (dtype) {
    case 'float32':
      return allocateFloats(length);
    case 'int32':
      return allocateInts(length);
    case 'bool':
      return new Uint8Array(length);
  }
}
