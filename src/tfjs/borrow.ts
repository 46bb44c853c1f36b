import {checkInUse} from './kernels/kernel.ts';
import {DataStorage, engine, type Tensor} from './core.ts';
import {PooledData} from './storage/pooled.ts';

/** Values of a tensor of dtype float32, int32 or bool. */
export type TensorValues = Float32Array | Int32Array | Uint8Array;

const arrays = {float32: Float32Array, int32: Int32Array, bool: Uint8Array} as const;

/**
 * The values of a tensor to look at, where they lie: no copy, and no garbage. What native kernels made on the backend `densecrf` or
 * on an accelerated one is lent until the tensor is disposed, whose memory then serves others; of all other tensors this is
 * `dataSync()`.
 *
 * @param tensor of dtype float32, int32 or bool
 * @returns its values, not to be written, nor read once the tensor is disposed
 * @throws {DenseCrfError} `ERR_DISPOSED`
 *
 * @example
 * const logits = model.predict(picture);
 * const largest = borrow(logits).reduce((a: number, b: number) => Math.max(a, b));
 * logits.dispose();
 */
export function borrow(tensor: Tensor): TensorValues {
  checkInUse('borrow', {tensor});
  return lent(tensor) ?? tensor.dataSync();
}

function lent({dataId, dtype}: Tensor): TensorValues | undefined {
  const store = storeOf(engine().state.tensorInfo.get(dataId)?.backend ?? {});
  const data: unknown = store?.has(dataId) === true ? store.get(dataId) : undefined;
  const values = data instanceof PooledData ? data.peek() : null;
  // A tensor may say another dtype than its data has.
  const array = Object.entries(arrays).find(([name]) => name === dtype)?.[1];
  return values !== null && array !== undefined && values instanceof array ? values : undefined;
}

/** What a backend with arrays of JavaScript keeps of its tensors. */
function storeOf(backend: object): DataStorage<unknown> | undefined {
  const store: unknown = 'data' in backend ? backend.data : 'tensorMap' in backend ? backend.tensorMap : undefined;
  return store instanceof DataStorage ? store : undefined;
}
