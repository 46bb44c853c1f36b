import * as tf from '@tensorflow/tfjs-core';
import {type ConvUnit, convUnit, convUnits} from './conv-unit.ts';
import {resizeTo} from './resize.ts';

/** The convolutions of DeepLab v3+'s decoder. */
export interface DecoderWeights {
  /** 1x1, reduces the low-level features to 48 channels in the paper. */
  readonly projection: ConvUnit;
  /** Two of 3x3 with 256 outputs in the paper; depthwise and pointwise units in turn where they are separable. */
  readonly refinement: readonly ConvUnit[];
}

/**
 * DeepLab v3+'s decoder: the encoder's features, resized to the low-level features, beside the reduced low-level
 * features, refined.
 *
 * @param features the encoder's, `[batch, height, width, channels]`
 * @param lowLevel a backbone's early features, `[batch, 4 height, 4 width, channels]` at output stride 16
 * @returns `[batch, 4 height, 4 width, outputs]`
 *
 * Source: Chen et al., "Encoder-Decoder with Atrous Separable Convolution for Semantic Image Segmentation" (2018),
 * section 3.1 and figure 2.
 */
export function decoder(features: tf.Tensor4D, lowLevel: tf.Tensor4D, weights: DecoderWeights): tf.Tensor4D {
  const [, height, width] = lowLevel.shape;
  const reduced = convUnit(lowLevel, weights.projection);
  const joined = tf.concat4d([resizeTo(features, [height, width]), reduced], 3);
  return convUnits(joined, weights.refinement);
}
