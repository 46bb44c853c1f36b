import {checkBoolean, checkPositive} from '../core/checks.ts';
import {allocateFloats, copyFloats} from '../core/memory.ts';
import {checkOptions} from '../core/options.ts';
import {callNative} from '../core/status.ts';
import {native} from '../native/load.ts';
import {checkChannels} from './epilogue.ts';
import {checkTensor, type Tensor4D, tensorText} from './tensor.ts';

/** What {@link foldBatchNorm} folds in: one value per output channel each, tfjs's names. */
export interface BatchNormOptions {
  mean: Float32Array;
  variance: Float32Array;
  /** Gamma. Default: ones. */
  scale?: Float32Array | undefined;
  /** Beta. Default: zeros. */
  offset?: Float32Array | undefined;
  /** Added to the variance. Default 0.001. */
  varianceEpsilon?: number | undefined;
  /** The convolution's own bias. Default: none. */
  bias?: Float32Array | undefined;
  /** Whether the filter is of a depthwise convolution, whose output channels are its last two axes. Default false. */
  depthwise?: boolean | undefined;
}

/**
 * Folds a batch normalisation that follows a convolution into the convolution: `scale (conv(x) + bias - mean) / sqrt(variance +
 * varianceEpsilon) + offset` is a convolution with the filter and the bias that this gives.
 *
 * @param filter `[height, width, inChannels, outChannels]`, or `[..., channelMultiplier]` with `depthwise`
 * @throws {DenseCrfError} naming the argument that is wrong
 *
 * @example
 * const folded = foldBatchNorm(filter, {mean, variance, scale, offset});
 * const y = conv2d(x, folded.filter, {pad: 'same', bias: folded.bias, activation: 'relu'});
 */
export function foldBatchNorm(filter: Tensor4D, options: BatchNormOptions): {filter: Tensor4D; bias: Float32Array} {
  const keys = ['mean', 'variance', 'scale', 'offset', 'varianceEpsilon', 'bias', 'depthwise'] as const;
  checkOptions('the options of foldBatchNorm', options, keys);
  const {data, shape} = checkTensor('filter', filter, 4);
  const channels = checkBoolean('depthwise', options.depthwise ?? false) ? shape[2] * shape[3] : shape[3];
  const reason = `the output of ${tensorText('filter', shape)}`;
  const vector = (name: 'mean' | 'variance' | 'scale' | 'offset' | 'bias'): Float32Array =>
    checkChannels(name, options[name], channels, reason);
  const [mean, variance] = [vector('mean'), vector('variance')];
  const given = (name: 'scale' | 'offset' | 'bias'): Float32Array | null =>
    options[name] === undefined ? null : vector(name);
  const [scale, offset, own] = [given('scale'), given('offset'), given('bias')];
  const epsilon = checkPositive('varianceEpsilon', options.varianceEpsilon ?? 0.001);
  const [weights, bias] = [copyFloats(data), own === null ? allocateFloats(channels) : copyFloats(own)];
  callNative(() => native().foldBatchNorm(weights, bias, {mean, variance, scale, offset, epsilon}));
  return {filter: {data: weights, shape}, bias};
}
