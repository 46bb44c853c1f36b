import type * as tf from '@tensorflow/tfjs-core';
import {type AtrousOptions, checkAtrous} from './atrous-conv2d.ts';
import {convolve} from './differentiable.ts';

/**
 * Atrous depthwise convolution: each channel has filters of its own.
 *
 * Differentiable on every backend, where TensorFlow.js throws for rates above 1.
 *
 * @param x `[batch, height, width, inputs]`
 * @param filter `[rows, columns, inputs, multiplier]`
 * @returns `[batch, outHeight, outWidth, inputs * multiplier]`
 * @throws {DenseCrfError} as `atrousConv2d`
 *
 * Source: Chen et al., "Encoder-Decoder with Atrous Separable Convolution" (2018), section 3.1, figure 3.
 */
export function atrousDepthwiseConv2d(x: tf.Tensor4D, filter: tf.Tensor4D, options: AtrousOptions = {}): tf.Tensor4D {
  return convolve('depthwise', x, filter, checkAtrous(x, filter, options));
}
