import * as tf from '@tensorflow/tfjs-core';
import {checkChoice, checkInteger, expectation} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {checkOptions} from '../../core/options.ts';
import {shapeText} from '../../core/shape.ts';
import {activate, ACTIVATIONS, type Activation} from './activation.ts';
import {conv2dFilterGradient, conv2dInputGradient, NO_PADDING, samePadding, type Padding} from './dilated-gradients.ts';
import {asTensor4D, withGradient} from './tensors.ts';

/** How an atrous convolution is laid out. */
export interface AtrousOptions {
  /** Rows and columns from one pixel of the result to the next; above 1 only with `rate` 1. Default 1. */
  readonly strides?: number;
  /** Rows and columns from one tap of the filter to the next: the "hole". Default 1. */
  readonly rate?: number;
  /** 'same' (default) pads with zeros so that the result is as large as the input over the stride; 'valid' does not pad. */
  readonly pad?: 'same' | 'valid';
  /** `[channels]`, added to the result. */
  readonly bias?: tf.Tensor1D | undefined;
  /** What the result goes through. Default 'linear'. */
  readonly activation?: Activation;
}

export const ATROUS_KEYS = ['strides', 'rate', 'pad', 'bias', 'activation'] as const;

/**
 * Atrous convolution: y[i] = sum over k of x[i + rate k] w[k]. The same number of weights sees a wider part of the picture.
 *
 * Differentiable on every backend, where TensorFlow.js throws for rates above 1.
 *
 * @param x `[batch, height, width, inputs]`
 * @param filter `[rows, columns, inputs, outputs]`
 * @returns `[batch, outHeight, outWidth, outputs]`
 * @throws {DenseCrfError} `ERR_INVALID_SHAPE` if the channels do not match, `ERR_OUT_OF_RANGE` if strides or rate are not positive integers or both are above 1, `ERR_UNKNOWN_OPTION`
 *
 * Source: Chen et al., "Semantic Image Segmentation with Deep Convolutional Nets and Fully Connected CRFs" (2015),
 * section 3.1; "DeepLab" (2017), equation 1.
 *
 * @example
 * const wide = atrousConv2d(features, filter, {rate: 12, bias, activation: 'relu'});
 */
export function atrousConv2d(x: tf.Tensor4D, filter: tf.Tensor4D, options: AtrousOptions = {}): tf.Tensor4D {
  const {strides, rate, pad, bias, activation} = checkAtrous(x, filter, options);
  if (rate === 1) {
    const fused = activation === 'linear' ? {} : {activation};
    return tf.fused.conv2d({x, filter, strides, pad, ...(bias ? {bias} : {}), ...fused});
  }
  const y = dilatedConv2d(x, filter, rate, pad);
  return activate(bias ? tf.add(y, bias) : y, activation);
}

/** The options with their defaults, checked against the input and the filter. */
export function checkAtrous(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  options: AtrousOptions,
): {strides: number; rate: number; pad: 'same' | 'valid'; bias: tf.Tensor1D | undefined; activation: Activation} {
  const {
    strides = 1,
    rate = 1,
    pad = 'same',
    bias,
    activation = 'linear',
  } = checkOptions('options', options, ATROUS_KEYS);
  checkInteger('options.strides', strides, 1);
  checkInteger('options.rate', rate, 1);
  checkChoice('options.pad', pad, ['same', 'valid']);
  checkChoice('options.activation', activation, ACTIVATIONS);
  if (strides > 1 && rate > 1)
    throw expectation('ERR_OUT_OF_RANGE', 'options.strides', 'one, because options.rate is above 1,', strides);
  const [, , , channels] = asTensor4D('x', x).shape;
  if (asTensor4D('filter', filter).shape[2] !== channels) {
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected filter to have ${channels} inputs for x of shape ${shapeText(x.shape)} but received shape ${shapeText(filter.shape)}`,
    );
  }
  return {strides, rate, pad, bias, activation};
}

function dilatedConv2d(x: tf.Tensor4D, filter: tf.Tensor4D, rate: number, pad: 'same' | 'valid'): tf.Tensor4D {
  const padding: Padding = pad === 'same' ? samePadding([filter.shape[0], filter.shape[1]], rate) : NO_PADDING;
  const run = withGradient(
    (input, weights) => tf.conv2d(input, weights, 1, pad, 'NHWC', rate),
    (dy, input, weights) => [
      conv2dInputGradient(dy, weights, rate, padding),
      conv2dFilterGradient(input, dy, weights, rate, padding),
    ],
  );
  return run(x, filter);
}
