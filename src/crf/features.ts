import {types} from 'node:util';
import {checkAllFinite, checkArray} from '../core/arrays.ts';
import {checkChannelsFirst, type DataFormatOptions} from '../core/data-format.ts';
import {allocateFloats, checkEntries} from '../core/memory.ts';
import {checkOptions} from '../core/options.ts';
import {checkShape} from '../core/shape.ts';
import {checkChannelCount, checkSigmas} from './terms.ts';

/** Options of {@link createPairwiseGaussian}. */
export interface CreatePairwiseGaussianOptions extends DataFormatOptions {
  /** Extents of the grid, slowest axis first: `[height, width]`. */
  shape: readonly number[];
  /**
   * Standard deviation of the positions: one for all axes, or one per axis in the order of `shape`, as in pydensecrf. (The
   * `sxy` of {@link DenseCRF} has x first.)
   */
  sdims: number | readonly number[];
}

/** Options of {@link createPairwiseBilateral}. */
export interface CreatePairwiseBilateralOptions extends CreatePairwiseGaussianOptions {
  /** Standard deviation of the image's values: one for all channels, or one per channel. pydensecrf's `schan`. */
  srgb: number | readonly number[];
  /** `[...shape, channels]`, or `[channels, ...shape]` with `dataFormat: 'channelsFirst'`. Any number of channels. */
  image: Uint8Array | Uint8ClampedArray | Float32Array;
}

/**
 * Features for {@link DenseCRF.addPairwiseEnergy}: each point's position on a grid of any number of dimensions, divided by
 * `sdims`. pydensecrf's `create_pairwise_gaussian`.
 *
 * The order of dimensions is (y, x), that of `shape`. `addPairwiseGaussian` has (x, y): another lattice with other rounding,
 * and so slightly other results.
 *
 * @returns `[points, dimensions]`, or `[dimensions, points]` with `dataFormat: 'channelsFirst'`
 */
export function createPairwiseGaussian(options: CreatePairwiseGaussianOptions): Float32Array {
  checkOptions('the options of createPairwiseGaussian', options, ['shape', 'sdims', 'dataFormat']);
  const {shape, points, scales} = checkGrid(options);
  return fill(points, positions(shape, scales), checkChannelsFirst('dataFormat', options.dataFormat));
}

/**
 * Features for {@link DenseCRF.addPairwiseEnergy}: each point's position divided by `sdims`, then its channels divided by
 * `srgb`, in the order (y, x, channels). pydensecrf's `create_pairwise_bilateral`, on a grid of any number of dimensions.
 *
 * @returns `[points, dimensions]`, or `[dimensions, points]` with `dataFormat: 'channelsFirst'`
 */
export function createPairwiseBilateral(options: CreatePairwiseBilateralOptions): Float32Array {
  checkOptions('the options of createPairwiseBilateral', options, ['shape', 'sdims', 'srgb', 'image', 'dataFormat']);
  const {shape, points, scales} = checkGrid(options);
  const channelsFirst = checkChannelsFirst('dataFormat', options.dataFormat);
  const image = checkArray('image', options.image, 'Uint8Array', 'Uint8ClampedArray', 'Float32Array');
  const count = checkChannelCount('image', image, {shape, points, labels: 1});
  if (types.isFloat32Array(image)) checkAllFinite('image', image);
  const sigmas = checkSigmas('srgb', options.srgb, count, 'channel');
  const channels = Array.from(sigmas, (sigma, channel) => (point: number): number => {
    return (image[channelsFirst ? channel * points + point : point * count + channel] ?? 0) / sigma;
  });
  return fill(points, [...positions(shape, scales), ...channels], channelsFirst);
}

/** A feature of a point. */
type Feature = (point: number) => number;

function checkGrid(options: CreatePairwiseGaussianOptions): {
  shape: readonly number[];
  points: number;
  scales: Float32Array;
} {
  const shape = checkShape('shape', options.shape);
  const points = checkEntries('shape', shape);
  return {shape, points, scales: checkSigmas('sdims', options.sdims, shape.length, 'axis')};
}

function positions(shape: readonly number[], scales: Float32Array): Feature[] {
  let stride = 1;
  return shape
    .toReversed()
    .map((extent, fromLast): Feature => {
      const [step, scale] = [stride, scales[shape.length - 1 - fromLast] ?? 1];
      stride *= extent;
      return point => (Math.floor(point / step) % extent) / scale;
    })
    .reverse();
}

function fill(points: number, features: readonly Feature[], channelsFirst: boolean): Float32Array {
  const out = allocateFloats(checkEntries('the features', [points, features.length]));
  const [pointStep, featureStep] = channelsFirst ? [1, points] : [features.length, 1];
  features.forEach((feature, index) => {
    for (let point = 0; point < points; ++point) out[point * pointStep + index * featureStep] = feature(point);
  });
  return out;
}
