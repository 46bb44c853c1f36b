import * as tf from '@tensorflow/tfjs-core';
import {checkInteger} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {checkOptions} from '../../core/options.ts';
import {shapeText} from '../../core/shape.ts';
import {asTensor, asTensor4D} from '../blocks/tensors.ts';

export interface SegmentationLossOptions {
  /** The label of pixels that do not count. Default 255. */
  readonly voidLabel?: number;
}

/**
 * Cross-entropy of scores and labels, the mean over all pixels that are not void, for `compile` or by itself. Labels
 * that are no class are void too. The gradient is computed from the softmax at once, without keeping its steps.
 *
 * @returns a function of labels `[batch, height, width]` or `[batch, height, width, 1]` (for two classes or more), or one
 *   value per class `[batch, height, width, classes]` as `oneHotLabels` makes them, and of scores
 *   `[batch, height, width, classes]`. It throws `ERR_INVALID_SHAPE` if they do not belong together.
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "Semantic Image Segmentation with Deep Convolutional Nets and Fully Connected CRFs" (2015),
 * section 3.2; void labels as in PASCAL VOC.
 *
 * @example
 * model.compile({optimizer, loss: segmentationLoss()}); // for fit(pictures, oneHotLabels(labels, 21))
 */
export function segmentationLoss(
  options: SegmentationLossOptions = {},
): (labels: tf.Tensor, scores: tf.Tensor) => tf.Scalar {
  const {voidLabel = 255} = checkOptions('options', options, ['voidLabel']);
  checkInteger('options.voidLabel', voidLabel, -1);
  return (labels, scores) =>
    tf.tidy(() => crossEntropy(targetsOf(labels, asTensor4D('scores', scores), voidLabel), scores));
}

/**
 * Labels as `fit` takes them: 1 for each pixel's class, 0 for all others and for void pixels.
 *
 * @param labels `[batch, height, width]`
 * @returns `[batch, height, width, classes]`, float32
 */
export function oneHotLabels(labels: tf.Tensor, classes: number, options: SegmentationLossOptions = {}): tf.Tensor {
  const {voidLabel = 255} = checkOptions('options', options, ['voidLabel']);
  checkInteger('options.voidLabel', voidLabel, -1);
  checkInteger('classes', classes, 1);
  return tf.tidy(() => oneHot(asTensor('labels', labels), classes, voidLabel));
}

function oneHot(labels: tf.Tensor, classes: number, voidLabel: number): tf.Tensor {
  const integers = tf.cast(labels, 'int32');
  // A label outside 0 to classes - 1 becomes a row of zeros.
  const known = tf.where(tf.equal(integers, voidLabel), tf.fill(integers.shape, -1, 'int32'), integers);
  return tf.cast(tf.oneHot(known, classes), 'float32');
}

/** The labels as one value per class. */
function targetsOf(labels: tf.Tensor, scores: tf.Tensor4D, voidLabel: number): tf.Tensor {
  const [batch, height, width, classes] = scores.shape;
  const pixels = [batch, height, width];
  const {shape} = labels;
  if (shape.join() === scores.shape.join() && classes > 1) return labels;
  if (shape.join() === pixels.join() || shape.join() === [...pixels, 1].join()) {
    return oneHot(tf.reshape(labels, pixels), classes, voidLabel);
  }
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected labels of shape ${shapeText(pixels)} or ${shapeText(scores.shape)} but received ${shapeText(shape)}`,
  );
}

function crossEntropy(targets: tf.Tensor, scores: tf.Tensor): tf.Scalar {
  const run = tf.customGrad((...args) => {
    const save = args[1];
    const counted = tf.sum(targets, -1, true);
    const count = tf.maximum(tf.sum(counted), 1);
    if (typeof save === 'function') save([scores, targets, counted, count]);
    const value = tf.div<tf.Scalar>(tf.neg(tf.sum(tf.mul(tf.logSoftmax(scores), targets))), count);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor => {
      const [logits, wanted, weights, total] = saved.map(tensor => asTensor('saved', tensor));
      if (!logits || !wanted || !weights || !total) throw new TypeError('four tensors were saved');
      const apart = tf.sub(tf.mul(tf.softmax(logits), weights), wanted);
      return tf.mul(apart, tf.div(dy, total));
    };
    return {value, gradFunc};
  });
  return run(scores);
}
