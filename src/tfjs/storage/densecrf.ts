import type {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import type {DataType, TensorInfo} from '../core.ts';
import {BufferPool, POOL_BYTES} from './buffer-pool.ts';
import type {AdoptingStorage, NativeDtype} from './storage.ts';
import {asBytes, asFloats, asInts, sizeOf} from './values.ts';

type Values = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/**
 * What the backend keeps of a tensor that a native kernel made. Everybody but native kernels asks for `values`, and may keep
 * them, or a part of them, for good: from then on the memory is the garbage collector's.
 */
class PooledData {
  readonly dtype: DataType;
  refCount = 1;
  readonly #values: Values;
  #isShared = false;

  constructor(dtype: DataType, values: Values) {
    this.dtype = dtype;
    this.#values = values;
  }

  get values(): Values {
    this.#isShared = true;
    return this.#values;
  }

  /** For a look during a kernel's run. */
  peek(): Values {
    return this.#values;
  }

  /** The memory, if nobody else can know it. */
  release(): ArrayBuffer | undefined {
    return this.#isShared ? undefined : this.#values.buffer;
  }
}

/** Arrays of JavaScript whose memory serves again once the tensor is disposed. */
export class DenseCrfStorage implements AdoptingStorage {
  readonly #backend: MathBackendCPU;
  readonly #pool = new BufferPool(POOL_BYTES);

  constructor(backend: MathBackendCPU) {
    this.#backend = backend;
  }

  make(shape: readonly number[], dtype: NativeDtype): TensorInfo {
    const dataId = {};
    this.#backend.data.set(dataId, new PooledData(dtype, this.#newValues(dtype, sizeOf(shape))));
    return {dataId, shape: [...shape], dtype};
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

  recycle(dataId: object, remove: () => boolean): boolean {
    const data = this.#backend.data.has(dataId) ? this.#backend.data.get(dataId) : undefined;
    const isGone = remove();
    if (!isGone || !(data instanceof PooledData)) return isGone;
    const buffer = data.release();
    if (buffer !== undefined) this.#pool.give(buffer);
    return true;
  }

  clear(): void {
    this.#pool.clear();
  }

  #newValues(dtype: NativeDtype, length: number): Values {
    if (dtype === 'bool') return new Uint8Array(this.#pool.take(length));
    const buffer = this.#pool.take(4 * length);
    return dtype === 'float32' ? new Float32Array(buffer) : new Int32Array(buffer);
  }

  #values({dataId}: TensorInfo): Parameters<typeof asFloats>[0] {
    const data = this.#backend.data.get(dataId);
    return data instanceof PooledData ? data.peek() : data.values;
  }
}
