import * as tf from '@tensorflow/tfjs-core';
import {activate, type Activation} from './activation.ts';
import {atrousConv2d} from './atrous-conv2d.ts';
import {atrousDepthwiseConv2d} from './atrous-depthwise-conv2d.ts';

/** Batch normalization with statistics that are known. Gamma is 1 and beta 0 where they are left out. */
export interface BatchNormWeights {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
  readonly gamma?: tf.Tensor1D | undefined;
  readonly beta?: tf.Tensor1D | undefined;
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
}

/** The weights of a convolution with all that follows it. */
export interface ConvUnit {
  /** `[rows, columns, inputs, outputs]`, or `[rows, columns, inputs, 1]` if depthwise. */
  readonly filter: tf.Tensor4D;
  readonly bias?: tf.Tensor1D | undefined;
  readonly batchNorm?: BatchNormWeights | undefined;
  /** Default 1. */
  readonly rate?: number;
  /** Default 1. */
  readonly strides?: number;
  /** Whether each channel is filtered alone. Default false. */
  readonly depthwise?: boolean;
  /** Default 'linear'. */
  readonly activation?: Activation;
}

/**
 * A convolution, its batch normalization and its activation.
 *
 * @param x `[batch, height, width, inputs]`
 * @returns `[batch, outHeight, outWidth, outputs]`
 * @throws {DenseCrfError} as `atrousConv2d`
 */
export function convUnit(x: tf.Tensor4D, unit: ConvUnit): tf.Tensor4D {
  const {filter, bias, batchNorm, rate = 1, strides = 1, depthwise = false, activation = 'linear'} = unit;
  const convolve = depthwise ? atrousDepthwiseConv2d : atrousConv2d;
  if (!batchNorm) return convolve(x, filter, {rate, strides, bias, activation});
  const {mean, variance, gamma, beta, epsilon = 1e-3} = batchNorm;
  const y = convolve(x, filter, {rate, strides, bias});
  return activate(tf.batchNorm4d(y, mean, variance, beta, gamma, epsilon), activation);
}

/** Several units, one after another. */
export function convUnits(x: tf.Tensor4D, units: readonly ConvUnit[]): tf.Tensor4D {
  return units.reduce(convUnit, x);
}
