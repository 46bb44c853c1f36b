import * as tf from '@tensorflow/tfjs-core';
import {activate} from './activation.ts';
import {type AtrousOptions, checkAtrous} from './atrous-conv2d.ts';
import {depthwiseFilterGradient, depthwiseInputGradient, NO_PADDING, samePadding} from './dilated-gradients.ts';
import {withGradient} from './tensors.ts';

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
  const {strides, rate, pad, bias, activation} = checkAtrous(x, filter, options);
  if (rate === 1) {
    const fused = activation === 'linear' ? {} : {activation};
    return tf.fused.depthwiseConv2d({x, filter, strides, pad, ...(bias ? {bias} : {}), ...fused});
  }
  const y = dilatedDepthwise(x, filter, rate, pad);
  return activate(bias ? tf.add(y, bias) : y, activation);
}

function dilatedDepthwise(x: tf.Tensor4D, filter: tf.Tensor4D, rate: number, pad: 'same' | 'valid'): tf.Tensor4D {
  const padding = pad === 'same' ? samePadding([filter.shape[0], filter.shape[1]], rate) : NO_PADDING;
  const run = withGradient(
    (input, weights) => tf.depthwiseConv2d(input, weights, 1, pad, 'NHWC', rate),
    (dy, input, weights) => [
      depthwiseInputGradient(dy, weights, rate, padding),
      depthwiseFilterGradient(input, dy, weights, rate, padding),
    ],
  );
  return run(x, filter);
}
