// Arrays of JavaScript whose memory serves again once the tensor is disposed.
import {native} from '../../native/load.ts';
import type {backend_util, DataStorage, TensorInfo} from '../core.ts';
import {ArrayStorage} from './arrays.ts';
import {BufferPool, POOL_BYTES} from './buffer-pool.ts';
import type {AdoptingStorage, NativeDtype} from './storage.ts';
import {sizeOf, stableValues} from './values.ts';

export type PooledValues = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/**
 * What a backend keeps of a tensor that a native kernel made. Everybody but native kernels asks for `values`, and may keep them,
 * or a part of them, for good: from then on the memory is theirs and the garbage collector's.
 */
export class PooledData {
  refCount = 1;
  readonly #buffer: ArrayBuffer;
  #values: PooledValues | null;
  #isShared = false;

  constructor(values: PooledValues) {
    this.#buffer = values.buffer;
    this.#values = values;
  }

  get values(): PooledValues | null {
    this.#isShared = true;
    return this.#values;
  }

  /** tfjs-node forgets them once they are TensorFlow's. */
  set values(values: PooledValues | null) {
    this.#values = values;
  }

  /** For a look during a kernel's run; null once they are TensorFlow's. */
  peek(): PooledValues | null {
    return this.#values;
  }

  /** The memory, if nobody else can know it. */
  release(): ArrayBuffer | undefined {
    return this.#isShared ? undefined : this.#buffer;
  }
}

/** What is used of a backend that keeps {@link PooledData}. */
interface Backend {
  readSync(dataId: object): backend_util.BackendValues;
  disposeData(dataId: object): boolean;
}

/** The storage of such a backend. */
export abstract class PooledStorage extends ArrayStorage implements AdoptingStorage {
  readonly #backend: Backend;
  readonly #data: DataStorage<unknown>;
  readonly #alignment: number;
  readonly #pool = new BufferPool(POOL_BYTES);

  /**
   * @param data what the backend keeps of its tensors
   * @param alignment of new arrays, in bytes; 0 for arrays that fill their buffer
   */
  constructor(backend: Backend, data: DataStorage<unknown>, alignment = 0) {
    super();
    this.#backend = backend;
    this.#data = data;
    this.#alignment = alignment;
  }

  make(shape: readonly number[], dtype: NativeDtype): TensorInfo {
    const [dataId, sizes] = [{}, [...shape]];
    this.#data.set(dataId, this.wrap(this.#newValues(dtype, sizeOf(shape)), sizes, dtype));
    return {dataId, shape: sizes, dtype};
  }

  adopt({dataId}: TensorInfo): void {
    this.#data.get(dataId);
  }

  dispose({dataId}: TensorInfo): void {
    this.#backend.disposeData(dataId);
  }

  recycle(dataId: object, remove: () => boolean): boolean {
    const data = this.#data.has(dataId) ? this.#data.get(dataId) : undefined;
    const isGone = remove();
    const buffer = isGone && data instanceof PooledData ? data.release() : undefined;
    if (buffer !== undefined) this.#pool.give(buffer);
    return isGone;
  }

  clear(): void {
    this.#pool.clear();
  }

  /** What the backend is to keep of a new tensor. */
  protected abstract wrap(values: PooledValues, shape: number[], dtype: NativeDtype): PooledData;

  protected override valuesOf(tensor: TensorInfo): backend_util.BackendValues {
    const {dataId} = tensor;
    // Asked for first of all: readSync may not know tensors that live on another backend still.
    const data = this.#data.get(dataId);
    const values = (data instanceof PooledData ? data.peek() : null) ?? this.#backend.readSync(dataId);
    return stableValues(values, tensor);
  }

  #newValues(dtype: NativeDtype, length: number): PooledValues {
    const buffer = this.#pool.take((dtype === 'bool' ? 1 : 4) * length + this.#alignment);
    const offset = this.#alignment > 0 ? native().offsetToMultiple(buffer, this.#alignment) : 0;
    switch (dtype) {
      case 'float32':
        return new Float32Array(buffer, offset, length);
      case 'int32':
        return new Int32Array(buffer, offset, length);
      case 'bool':
        return new Uint8Array(buffer, offset, length);
    }
  }
}
