// Pairwise terms: what the options of DenseCRF's addPairwise* methods mean to the addon.
import {types} from 'node:util';
import {checkAllFinite, checkArray, checkFloats} from '../core/arrays.ts';
import {checkChoice, checkPositive, expectation} from '../core/checks.ts';
import {checkChannelsFirst, type DataFormatOptions} from '../core/data-format.ts';
import {count} from '../core/describe.ts';
import {DenseCrfError} from '../core/errors.ts';
import {checkEntries} from '../core/memory.ts';
import {checkOptions} from '../core/options.ts';
import {MAX_DIMENSIONS, shapeText} from '../core/shape.ts';
import type {NativePairwiseTerm} from '../native/addon.ts';
import {checkCompatibility, type Compatibility} from './compatibility.ts';
import type {Grid} from './grid.ts';

/**
 * How filtered values are normalised. With `s` the lattice filter of ones and `K` the plain filter: `'symmetric'`
 * `n K(n Q)`, `n = 1 / sqrt(s)`; `'before'` `K(n Q)` and `'after'` `n K(Q)`, `n = 1 / s`; `'none'` `K(Q)`.
 */
export type Normalization = 'symmetric' | 'before' | 'after' | 'none';

/** Which parameters transform the features: none, one factor per dimension, or a square matrix. */
export type KernelType = 'const' | 'diag' | 'full';

/** Options of every pairwise term. */
export interface PairwiseOptions {
  /** See {@link Compatibility}. */
  compat: Compatibility;
  /** Default `'symmetric'`. */
  normalization?: Normalization | undefined;
  /** Default `'const'`. */
  kernel?: KernelType | undefined;
  /** One factor per feature dimension for `'diag'`, a row-major matrix for `'full'`. Default: ones, the identity. */
  kernelParameters?: Float32Array | undefined;
}

/** Options of {@link DenseCRF.addPairwiseGaussian}. */
export interface GaussianOptions extends PairwiseOptions {
  /** Standard deviation of the positions, in grid points: one for all axes, or one per axis, x (the fastest axis) first. */
  sxy: number | readonly number[];
}

/** Options of {@link DenseCRF.addPairwiseBilateral}. */
export interface BilateralOptions extends GaussianOptions, DataFormatOptions {
  /** Standard deviation of the image's values, in their own unit: one for all channels, or one per channel. */
  srgb: number | readonly number[];
  /** `[...shape, channels]`, or `[channels, ...shape]` with `dataFormat: 'channelsFirst'`. Any number of channels. */
  image: Uint8Array | Uint8ClampedArray | Float32Array;
}

/** Options of {@link DenseCRF.addPairwiseEnergy}. */
export interface EnergyOptions extends PairwiseOptions, DataFormatOptions {
  /** `[points, dimensions]`, or `[dimensions, points]` with `dataFormat: 'channelsFirst'`, each divided by its standard deviation. */
  features: Float32Array;
}

const pairwiseKeys = ['compat', 'normalization', 'kernel', 'kernelParameters'] as const;
const none = new Float32Array(0);

export function gaussianTerm(grid: Grid, options: GaussianOptions): NativePairwiseTerm {
  checkOptions('the options of addPairwiseGaussian', options, ['sxy', ...pairwiseKeys]);
  const positionSigmas = checkSigmas('sxy', options.sxy, grid.shape.length, 'axis');
  return {
    positionSigmas,
    channels: null,
    channelSigmas: none,
    channelsFirst: false,
    ...pairwise(grid, options, positionSigmas.length),
  };
}

export function bilateralTerm(grid: Grid, options: BilateralOptions): NativePairwiseTerm {
  checkOptions('the options of addPairwiseBilateral', options, ['sxy', 'srgb', 'image', 'dataFormat', ...pairwiseKeys]);
  const channelsFirst = checkChannelsFirst('dataFormat', options.dataFormat);
  const positionSigmas = checkSigmas('sxy', options.sxy, grid.shape.length, 'axis');
  const image = checkArray('image', options.image, 'Uint8Array', 'Uint8ClampedArray', 'Float32Array');
  const channelCount = checkChannelCount('image', image, grid);
  const channelSigmas = checkSigmas('srgb', options.srgb, channelCount, 'channel');
  const rest = pairwise(grid, options, positionSigmas.length + channelCount);
  return {positionSigmas, channels: numbers('image', image), channelSigmas, channelsFirst, ...rest};
}

export function energyTerm(grid: Grid, options: EnergyOptions): NativePairwiseTerm {
  checkOptions('the options of addPairwiseEnergy', options, ['features', 'dataFormat', ...pairwiseKeys]);
  const channelsFirst = checkChannelsFirst('dataFormat', options.dataFormat);
  const features = checkArray('features', options.features, 'Float32Array');
  const dimensions = checkChannelCount('features', features, grid);
  const rest = pairwise(grid, options, dimensions);
  return {
    positionSigmas: none,
    channels: checkAllFinite('features', features),
    channelSigmas: new Float32Array(dimensions).fill(1),
    channelsFirst,
    ...rest,
  };
}

/** Feature dimensions of a term. */
export function dimensionsOf(term: NativePairwiseTerm): number {
  return term.positionSigmas.length + term.channelSigmas.length;
}

/** How many parameters a kernel has. */
export function kernelParameterCount(kernel: KernelType, dimensions: number): number {
  return {const: 0, diag: dimensions, full: dimensions * dimensions}[kernel];
}

/** One value per axis or channel; the errors of a wrong number name it. */
export function checkSigmas(name: string, value: unknown, length: number, thing: string): Float32Array {
  if (typeof value === 'number') return new Float32Array(length).fill(checkPositive(name, value));
  if (!Array.isArray(value)) throw expectation('ERR_INVALID_TYPE', name, `a number or one per ${thing}`, value);
  if (value.length !== length) {
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected ${name} to be one number or one for each ${thing}, ${length} in all, but received ${count(value.length, 'value')}`,
    );
  }
  return Float32Array.from(value, (sigma: unknown, index) => checkPositive(`${name}[${index}]`, sigma));
}

/** How many values an array holds for each point of the grid: 1 or more. */
export function checkChannelCount(name: string, array: {readonly length: number}, {shape, points}: Grid): number {
  if (array.length > 0 && array.length % points === 0) return array.length / points;
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected ${name} to hold a multiple of ${count(points, 'value')} for shape ${shapeText(shape)} but received ${array.length}`,
  );
}

function pairwise(
  grid: Grid,
  options: PairwiseOptions,
  dimensions: number,
): Pick<NativePairwiseTerm, 'compatibility' | 'normalization' | 'kernel' | 'kernelParameters'> {
  if (dimensions > MAX_DIMENSIONS) {
    throw new DenseCrfError(
      'ERR_OUT_OF_RANGE',
      `Expected at most ${MAX_DIMENSIONS} feature dimensions, axes and channels together, but received ${dimensions}`,
    );
  }
  checkEntries('the lattice of a pairwise term', [grid.points, dimensions + 1]);
  const {normalization = 'symmetric', kernel = 'const', kernelParameters} = options;
  checkChoice('kernel', kernel, ['const', 'diag', 'full']);
  return {
    compatibility: checkCompatibility('compat', options.compat, grid.labels),
    normalization: checkChoice('normalization', normalization, ['symmetric', 'before', 'after', 'none']),
    kernel,
    kernelParameters:
      kernelParameters === undefined
        ? none
        : checkKernelParameters('kernelParameters', kernelParameters, kernel, dimensions),
  };
}

export function checkKernelParameters(
  name: string,
  value: unknown,
  kernel: KernelType,
  dimensions: number,
): Float32Array {
  const length = kernelParameterCount(kernel, dimensions);
  return checkFloats(name, value, length, `for kernel '${kernel}' in ${count(dimensions, 'dimension')}`);
}

function numbers(name: string, image: Uint8Array | Uint8ClampedArray | Float32Array): Uint8Array | Float32Array {
  if (types.isFloat32Array(image)) return checkAllFinite(name, image);
  return new Uint8Array(image.buffer, image.byteOffset, image.length);
}
