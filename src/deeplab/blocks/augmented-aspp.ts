import * as tf from '@tensorflow/tfjs-core';
import {type ConvUnit, convUnit, convUnits} from './conv-unit.ts';
import {imageMean, resizeTo} from './resize.ts';

/** The parts of DeepLab v3's ASPP. Each may be left out but the projection. */
export interface AugmentedAsppWeights {
  /** Applied to the mean over all pixels, then spread over the picture again. */
  readonly imagePooling?: ConvUnit | undefined;
  /** The 1x1 branch. */
  readonly pointwise?: ConvUnit | undefined;
  /** The atrous branches: one unit each, or two where the convolution is separable. */
  readonly atrous: readonly (readonly ConvUnit[])[];
  /** Applied to the branches' concatenation. */
  readonly projection: ConvUnit;
}

/**
 * DeepLab v3's augmented ASPP: image-level features, a 1x1 convolution and atrous convolutions side by side,
 * concatenated and projected. The order of channels is image pooling, 1x1, then the rates.
 *
 * @param x `[batch, height, width, inputs]`
 * @returns `[batch, height, width, outputs]`
 *
 * Source: Chen et al., "Rethinking Atrous Convolution for Semantic Image Segmentation" (2017), section 3.3 and figure 5.
 */
export function augmentedAspp(x: tf.Tensor4D, weights: AugmentedAsppWeights): tf.Tensor4D {
  const {imagePooling, pointwise, atrous, projection} = weights;
  const [, height, width] = x.shape;
  const branches = [
    ...(imagePooling ? [resizeTo(convUnit(imageMean(x), imagePooling), [height, width])] : []),
    ...(pointwise ? [convUnit(x, pointwise)] : []),
    ...atrous.map(units => convUnits(x, units)),
  ];
  return convUnit(tf.concat4d(branches, 3), projection);
}
