import {native} from '../../native/load.ts';
import type {backend_util, DataStorage, TensorInfo} from '../core.ts';
import {BufferPool, POOL_BYTES} from './buffer-pool.ts';
import type {AdoptingStorage, NativeDtype} from './storage.ts';
import {asBytes, asFloats, asInts, sizeOf} from './values.ts';

type Values = Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>;

/** What is used of tfjs-node's backend. */
export interface TensorFlowBackend {
  readonly tensorMap: DataStorage<unknown>;
  getDTypeInteger(dtype: NativeDtype): number;
  readSync(dataId: object): backend_util.BackendValues;
  disposeData(dataId: object, force?: boolean): boolean;
}

/**
 * What the backend keeps of a tensor that a native kernel made. It hands `values` over to TensorFlow when it first needs the tensor
 * and forgets them, or shows them to the caller: from then on the memory is theirs.
 */
class NativeData {
  id = -1;
  refCount = 1;
  readonly shape: readonly number[];
  readonly dtype: number;
  readonly #buffer: ArrayBuffer;
  #values: Values | null;
  #isShared = false;

  constructor(shape: readonly number[], dtype: number, values: Values) {
    this.shape = shape;
    this.dtype = dtype;
    this.#buffer = values.buffer;
    this.#values = values;
  }

  get values(): Values | null {
    this.#isShared = true;
    return this.#values;
  }

  set values(values: Values | null) {
    this.#values = values;
  }

  /** For a look during a kernel's run; null once the values are TensorFlow's. */
  peek(): Values | null {
    return this.#values;
  }

  /** The memory, if nobody else can know it. */
  release(): ArrayBuffer | undefined {
    return this.#isShared ? undefined : this.#buffer;
  }
}

// TensorFlow copies what is not aligned to that.
const ALIGNMENT = 64;

/**
 * Arrays of JavaScript until TensorFlow needs a tensor: between two native kernels nothing is copied, and TensorFlow takes an array
 * over as it is. What TensorFlow computed is copied when it is read.
 */
export class TensorFlowStorage implements AdoptingStorage {
  readonly #backend: TensorFlowBackend;
  readonly #pool = new BufferPool(POOL_BYTES);

  constructor(backend: TensorFlowBackend) {
    this.#backend = backend;
  }

  make(shape: readonly number[], dtype: NativeDtype): TensorInfo {
    const [dataId, sizes] = [{}, [...shape]];
    const values = this.#newValues(dtype, sizeOf(shape));
    this.#backend.tensorMap.set(dataId, new NativeData(sizes, this.#backend.getDTypeInteger(dtype), values));
    return {dataId, shape: sizes, dtype};
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

  recycle(dataId: object, remove: () => boolean): boolean {
    const {tensorMap} = this.#backend;
    const data = tensorMap.has(dataId) ? tensorMap.get(dataId) : undefined;
    const isGone = remove();
    const buffer = isGone && data instanceof NativeData ? data.release() : undefined;
    if (buffer !== undefined) this.#pool.give(buffer);
    return isGone;
  }

  clear(): void {
    this.#pool.clear();
  }

  #values({dataId}: TensorInfo): backend_util.BackendValues {
    // Asked for first of all: readSync does not know tensors that live on another backend still.
    const data = this.#backend.tensorMap.get(dataId);
    return (data instanceof NativeData ? data.peek() : null) ?? this.#backend.readSync(dataId);
  }

  #newValues(dtype: NativeDtype, length: number): Values {
    const buffer = this.#pool.take((dtype === 'bool' ? 1 : 4) * length + ALIGNMENT);
    const offset = native().offsetToMultiple(buffer, ALIGNMENT);
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

export function isTensorFlowBackend(backend: object): backend is TensorFlowBackend {
  return 'tensorMap' in backend && 'binding' in backend && 'getDTypeInteger' in backend;
}
