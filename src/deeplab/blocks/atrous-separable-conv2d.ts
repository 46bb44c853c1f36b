import type * as tf from '@tensorflow/tfjs-core';
import {atrousConv2d, type AtrousOptions} from './atrous-conv2d.ts';
import {atrousDepthwiseConv2d} from './atrous-depthwise-conv2d.ts';

/**
 * Atrous separable convolution: an atrous depthwise convolution, then a pointwise one. Stride and rate belong to the
 * first, bias and activation to the second.
 *
 * @param x `[batch, height, width, inputs]`
 * @param depthwise `[rows, columns, inputs, multiplier]`
 * @param pointwise `[1, 1, inputs * multiplier, outputs]`
 * @returns `[batch, outHeight, outWidth, outputs]`
 * @throws {DenseCrfError} as `atrousConv2d`
 *
 * Source: Chen et al., "Encoder-Decoder with Atrous Separable Convolution" (2018), section 3.1.
 */
export function atrousSeparableConv2d(
  x: tf.Tensor4D,
  depthwise: tf.Tensor4D,
  pointwise: tf.Tensor4D,
  {bias, activation = 'linear', ...layout}: AtrousOptions = {},
): tf.Tensor4D {
  return atrousConv2d(atrousDepthwiseConv2d(x, depthwise, layout), pointwise, {bias, activation});
}
