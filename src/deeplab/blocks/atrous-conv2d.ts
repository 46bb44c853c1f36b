import type * as tf from '@tensorflow/tfjs-core';
import {checkChoice, checkInteger, expectation} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {checkOptions} from '../../core/options.ts';
import {shapeText} from '../../core/shape.ts';
import {type Activation, ACTIVATIONS} from './activation.ts';
import {convolve, type Layout} from './differentiable.ts';
import {asTensor4D} from './tensors.ts';

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
  return convolve('conv2d', x, filter, checkAtrous(x, filter, options));
}

/** The options with their defaults, checked against the input and the filter. */
export function checkAtrous(x: tf.Tensor4D, filter: tf.Tensor4D, options: AtrousOptions): Layout {
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
