import * as tf from '@tensorflow/tfjs-core';
import {checkPositive} from '../../core/checks.ts';

/**
 * Resizes with bilinear interpolation so that corners fall on corners, as every DeepLab does.
 *
 * @param x `[batch, height, width, channels]`
 * @param size `[height, width]` of the result
 */
export function resizeTo(x: tf.Tensor4D, size: readonly [number, number]): tf.Tensor4D {
  return x.shape[1] === size[0] && x.shape[2] === size[1] ? x : tf.image.resizeBilinear(x, [...size], true);
}

/** The size that a picture has at another scale, corners on corners: 321 at 0.75 gives 241. */
export function scaledSize(size: number, scale: number): number {
  return Math.max(1, Math.round((size - 1) * checkPositive('scale', scale)) + 1);
}

/**
 * Image-level features: the mean over all pixels.
 *
 * @param x `[batch, height, width, channels]`
 * @returns `[batch, 1, 1, channels]`
 *
 * Source: Chen et al. (2017), section 3.3, after Liu et al., "ParseNet" (2015).
 */
export function imageMean(x: tf.Tensor4D): tf.Tensor4D {
  return tf.mean(x, [1, 2], true);
}
