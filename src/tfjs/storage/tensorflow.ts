import type {backend_util, DataStorage} from '../core.ts';
import {PooledData, PooledStorage, type PooledValues} from './pooled.ts';
import type {NativeDtype} from './storage.ts';

/** What is used of tfjs-node's backend. */
export interface TensorFlowBackend {
  readonly tensorMap: DataStorage<unknown>;
  getDTypeInteger(dtype: NativeDtype): number;
  readSync(dataId: object): backend_util.BackendValues;
  disposeData(dataId: object, force?: boolean): boolean;
}

/** As tfjs-node keeps it. It hands `values` over to TensorFlow when it first needs the tensor, and forgets them. */
class TensorFlowData extends PooledData {
  id = -1;
  readonly shape: readonly number[];
  readonly dtype: number;

  constructor(values: PooledValues, shape: readonly number[], dtype: number) {
    super(values);
    this.shape = shape;
    this.dtype = dtype;
  }
}

// TensorFlow copies what is not aligned to that.
const ALIGNMENT = 64;

/**
 * Arrays of JavaScript until TensorFlow needs a tensor: between two native kernels nothing is copied, and TensorFlow takes an array
 * over as it is. What TensorFlow computed is copied when it is read.
 */
export class TensorFlowStorage extends PooledStorage {
  readonly #backend: TensorFlowBackend;

  constructor(backend: TensorFlowBackend) {
    super(backend, backend.tensorMap, ALIGNMENT);
    this.#backend = backend;
  }

  protected override wrap(values: PooledValues, shape: number[], dtype: NativeDtype): PooledData {
    return new TensorFlowData(values, shape, this.#backend.getDTypeInteger(dtype));
  }
}

export function isTensorFlowBackend(backend: object): backend is TensorFlowBackend {
  return 'tensorMap' in backend && 'binding' in backend && 'getDTypeInteger' in backend;
}
