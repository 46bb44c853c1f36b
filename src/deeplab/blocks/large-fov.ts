import type * as tf from '@tensorflow/tfjs-core';
import {type ConvUnit, convUnits} from './conv-unit.ts';

/** The three convolutions of LargeFOV; `fc6` is the atrous one. */
export interface LargeFovWeights {
  readonly fc6: ConvUnit;
  readonly fc7: ConvUnit;
  readonly fc8: ConvUnit;
}

/**
 * DeepLab v1's classifier: VGG's fully connected layers as convolutions, the first one with holes, so that a 3x3 kernel
 * with rate 12 sees as far as VGG's 7x7 one at a quarter of the cost. Without dropout.
 *
 * @param x `[batch, height, width, inputs]`
 * @param weights rates and activations are taken from them: fc6 has rate 12 and 'relu', fc7 'relu', in the paper
 * @returns scores `[batch, height, width, classes]`
 *
 * Source: Chen et al., "Semantic Image Segmentation with Deep Convolutional Nets and Fully Connected CRFs" (2015),
 * section 3.2 and table 2.
 */
export function largeFov(x: tf.Tensor4D, {fc6, fc7, fc8}: LargeFovWeights): tf.Tensor4D {
  return convUnits(x, [fc6, fc7, fc8]);
}
