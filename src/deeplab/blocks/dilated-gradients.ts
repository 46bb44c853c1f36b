// Gradients of stride-1 convolutions with dilated kernels, made of forward operators alone, so that they are right on
// every backend: TensorFlow.js itself throws for dilation rates above 1.
import * as tf from '@tensorflow/tfjs-core';

/** Padding of a convolution: rows above, rows below, columns left, columns right. */
export type Padding = readonly [top: number, bottom: number, left: number, right: number];

export const NO_PADDING: Padding = [0, 0, 0, 0];

/** The padding of 'same' at stride 1, TensorFlow's way: the odd pixel goes below and to the right. */
export function samePadding(kernelSize: readonly [number, number], rate: number): Padding {
  const [rows, columns] = [(kernelSize[0] - 1) * rate, (kernelSize[1] - 1) * rate];
  return [rows >> 1, rows - (rows >> 1), columns >> 1, columns - (columns >> 1)];
}

/** Pads the rows and columns of a batch of pictures with zeros. */
function padPicture(x: tf.Tensor4D, [top, bottom, left, right]: Padding): tf.Tensor4D {
  if (top === 0 && bottom === 0 && left === 0 && right === 0) return x;
  return tf.pad4d(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
}

/** What the gradient of the output must be padded with to give the gradient of the input. */
function mirrored(filter: tf.Tensor4D, rate: number, [top, bottom, left, right]: Padding): Padding {
  const rows = (filter.shape[0] - 1) * rate;
  const columns = (filter.shape[1] - 1) * rate;
  return [rows - top, rows - bottom, columns - left, columns - right];
}

/** The gradient with respect to the input: the convolution of `dy` with the filter mirrored, its channels swapped. */
export function conv2dInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, rate: number, padding: Padding): tf.Tensor4D {
  const swapped = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(padPicture(dy, mirrored(filter, rate, padding)), swapped, 1, 'valid', 'NHWC', rate);
}

/** The gradient with respect to the filter: for each tap, the pixels that it saw times `dy`. */
export function conv2dFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  rate: number,
  padding: Padding,
): tf.Tensor4D {
  const [, , inputs, outputs] = filter.shape;
  const flat = tf.reshape(dy, [-1, outputs]);
  const taps = seenByTaps(x, dy, filter, rate, padding, seen =>
    tf.matMul(tf.reshape(seen, [-1, inputs]), flat, true, false),
  );
  return tf.reshape(tf.stack(taps), filter.shape);
}

/** As `conv2dInputGradient`, of a depthwise convolution. */
export function depthwiseInputGradient(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  rate: number,
  padding: Padding,
): tf.Tensor4D {
  const [rows, columns, inputs, multiplier] = filter.shape;
  const flipped = tf.tidy(() =>
    tf.reshape<tf.Rank.R4>(tf.reverse(filter, [0, 1]), [rows, columns, inputs * multiplier, 1]),
  );
  const each = tf.depthwiseConv2d(padPicture(dy, mirrored(filter, rate, padding)), flipped, 1, 'valid', 'NHWC', rate);
  if (multiplier === 1) return each;
  const [batch, height, width] = each.shape;
  return tf.sum(tf.reshape(each, [batch, height, width, inputs, multiplier]), 4);
}

/** As `conv2dFilterGradient`, of a depthwise convolution. */
export function depthwiseFilterGradient(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  rate: number,
  padding: Padding,
): tf.Tensor4D {
  const [, , inputs, multiplier] = filter.shape;
  const byInput = multiplier === 1 ? dy : tf.reshape(dy, [-1, inputs, multiplier]);
  const taps = seenByTaps(x, dy, filter, rate, padding, seen =>
    multiplier === 1
      ? tf.sum(tf.mul(seen, byInput), [0, 1, 2])
      : tf.sum(tf.mul(tf.reshape(seen, [-1, inputs, 1]), byInput), 0),
  );
  return tf.reshape(tf.stack(taps), filter.shape);
}

/** Calls `use` with the part of `x` that each tap of the filter sees, row by row of taps. */
function seenByTaps(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  rate: number,
  padding: Padding,
  use: (seen: tf.Tensor4D) => tf.Tensor,
): tf.Tensor[] {
  const padded = padPicture(x, padding);
  const [batch, height, width] = dy.shape;
  const [rows, columns, inputs] = filter.shape;
  return Array.from({length: rows * columns}, (_, tap) => {
    const row = Math.floor(tap / columns) * rate;
    const column = (tap % columns) * rate;
    return tf.tidy(() => use(tf.slice4d(padded, [0, row, column, 0], [batch, height, width, inputs])));
  });
}
