import {checkOptions} from '../core/options.ts';
import {callNative} from '../core/status.ts';
import {native} from '../native/load.ts';
import {checkAxis} from './axis.ts';
import {channelsOf} from './layer.ts';
import {type OutputOptions, resultIn} from './output.ts';
import {checkTensorOfRank, type Shape, type Tensor} from './tensor.ts';

/**
 * Softmax over the last axis. A row that holds NaN, or whose greatest value is infinite, becomes NaN.
 *
 * @param logits of one axis or more
 * @param dim the last axis: -1, or its number
 * @returns the shape of `logits`; every row sums to 1
 * @throws {DenseCrfError} naming the argument that is wrong
 *
 * @example
 * const probabilities = softmax({data: logits, shape: [height, width, 21]});
 */
export function softmax<S extends Shape>(logits: Tensor<S>, dim = -1, options: OutputOptions = {}): Tensor<S> {
  checkOptions('the options of softmax', options, ['output']);
  const {data, shape} = checkTensorOfRank('logits', logits, 1);
  checkAxis('dim', dim, shape.length);
  const result = resultIn(logits.shape, options, 'logits', logits);
  callNative(() => native().softmax(data, channelsOf(shape), result.data));
  return result;
}
