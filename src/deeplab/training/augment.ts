import * as tf from '@tensorflow/tfjs-core';
import {checkBoolean, checkInteger, checkPositive, expectation} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {checkOptions} from '../../core/options.ts';
import {shapeText} from '../../core/shape.ts';
import {scaledSize} from '../blocks/resize.ts';
import {asTensor} from '../blocks/tensors.ts';

export interface AugmentOptions {
  /** Height and width of the result. */
  readonly size: number | readonly [number, number];
  /** Scales from which one is drawn. Default 0.5 to 2 in steps of 0.25. */
  readonly scales?: readonly number[];
  /** Whether half of the pictures are mirrored. Default true. */
  readonly flip?: boolean;
  /** What surrounds pictures smaller than the result: a value per channel. Default 0. */
  readonly fill?: number;
  /** The label of what surrounds them. Default 255. */
  readonly voidLabel?: number;
  /** Numbers from 0 to 1. Default Math.random. */
  readonly random?: () => number;
}

/** A picture and its labels. */
export interface Example {
  /** `[height, width, channels]`, float32 */
  readonly image: tf.Tensor3D;
  /** `[height, width]`, int32 */
  readonly labels: tf.Tensor2D;
}

/** The scales of TensorFlow's public training, and of the papers from v3 on: 0.5 to 2. */
const SCALES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/**
 * A picture at a random scale, perhaps mirrored, cropped at random to a size; its labels with it. Where the picture is
 * smaller than the crop, what surrounds it is void.
 *
 * @returns an example of the size asked for, which the caller disposes of
 * @throws {DenseCrfError} `ERR_INVALID_SHAPE` if picture and labels differ in size, `ERR_OUT_OF_RANGE`, `ERR_UNKNOWN_OPTION`
 *
 * Source: Chen et al., "Rethinking Atrous Convolution for Semantic Image Segmentation" (2017), section 4, "Data augmentation".
 */
export function augment({image, labels}: Example, options: AugmentOptions): Example {
  const {scales, flip, fill, voidLabel, random, size} = checkAugment(options);
  checkExample({image, labels});
  const scale = scales[Math.min(scales.length - 1, Math.floor(random() * scales.length))] ?? 1;
  const isFlipped = flip && random() < 0.5;
  const scaled: [number, number] = [scaledSize(image.shape[0], scale), scaledSize(image.shape[1], scale)];
  const rows = axisOf(scaled[0], size[0], random());
  const columns = axisOf(scaled[1], size[1], random());
  const fit = (x: tf.Tensor4D, value: number): tf.Tensor4D => {
    const mirrored = isFlipped ? tf.reverse4d(x, 2) : x;
    const channels = x.shape[3];
    const cut = tf.slice4d(mirrored, [0, rows.from, columns.from, 0], [1, rows.kept, columns.kept, channels]);
    return tf.pad4d(
      cut,
      [
        [0, 0],
        [0, size[0] - rows.kept],
        [0, size[1] - columns.kept],
        [0, 0],
      ],
      value,
    );
  };
  const [newImage, newLabels] = tf.tidy(() => {
    const picture = tf.image.resizeBilinear(tf.expandDims<tf.Tensor4D>(image, 0), scaled, true);
    const flat = tf.cast<tf.Tensor4D>(tf.reshape(labels, [1, ...labels.shape, 1]), 'float32');
    const map = tf.image.resizeNearestNeighbor(flat, scaled, true);
    const channels = image.shape[2];
    return [
      tf.reshape<tf.Rank.R3>(fit(picture, fill), [...size, channels]),
      tf.cast<tf.Tensor2D>(tf.reshape(fit(map, voidLabel), [...size]), 'int32'),
    ] as const;
  });
  return {image: newImage, labels: newLabels};
}

/** Where a crop begins and how much of the picture is in it. */
function axisOf(length: number, size: number, random: number): {from: number; kept: number} {
  const room = Math.max(0, length - size);
  return {from: Math.min(room, Math.floor(random * (room + 1))), kept: Math.min(length, size)};
}

function checkAugment(options: AugmentOptions) {
  const known = ['size', 'scales', 'flip', 'fill', 'voidLabel', 'random'] as const;
  const {
    size,
    scales = SCALES,
    flip = true,
    fill = 0,
    voidLabel = 255,
    random = Math.random,
  } = checkOptions('options', options, known);
  if (scales.length === 0)
    throw expectation('ERR_INVALID_SHAPE', 'options.scales', 'an array of one scale or more', scales);
  scales.forEach((scale, i) => checkPositive(`options.scales[${i}]`, scale));
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  const checked: [number, number] = [checkInteger('options.size', height, 1), checkInteger('options.size', width, 1)];
  return {size: checked, scales, flip: checkBoolean('options.flip', flip), fill, voidLabel, random};
}

function checkExample({image, labels}: Example): void {
  const sizes = asTensor('image', image).shape;
  if (sizes.length === 3 && asTensor('labels', labels).shape.join() === sizes.slice(0, 2).join()) return;
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected labels of shape [height, width] for an image of shape ${shapeText(sizes)} but received ${shapeText(labels.shape)}`,
  );
}
