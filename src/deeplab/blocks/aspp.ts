import * as tf from '@tensorflow/tfjs-core';
import {expectation} from '../../core/checks.ts';
import {type ConvUnit, convUnits} from './conv-unit.ts';

/**
 * DeepLab v2's atrous spatial pyramid pooling: branches with different rates on the same features, their scores added.
 *
 * @param x `[batch, height, width, inputs]`
 * @param branches the units of each branch, the last one with as many outputs as there are classes
 * @returns scores `[batch, height, width, classes]`
 * @throws {DenseCrfError} `ERR_INVALID_SHAPE` without branches; as `atrousConv2d`
 *
 * Source: Chen et al., "DeepLab: Semantic Image Segmentation with Deep Convolutional Nets, Atrous Convolution, and Fully
 * Connected CRFs" (2017), section 3.2 and figure 7.
 */
export function aspp(x: tf.Tensor4D, branches: readonly (readonly ConvUnit[])[]): tf.Tensor4D {
  const scores = branches.map(units => convUnits(x, units));
  if (scores.length === 0)
    throw expectation('ERR_INVALID_SHAPE', 'branches', 'an array of one branch or more', branches);
  return scores.reduce((sum, score) => tf.add(sum, score));
}
