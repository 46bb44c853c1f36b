import {checkFinite, checkPositive, checkChoice, expectation} from '../../core/checks.ts';
import {checkOptions} from '../../core/options.ts';

type Triple = readonly [number, number, number];

/** What a network wants to see of a colour from 0 to 255: `(value - mean) / deviation`. */
export interface Preprocessing {
  /** Of red, green and blue. */
  readonly mean: Triple;
  /** Of red, green and blue. */
  readonly deviation: Triple;
  /** In which order the network takes them. Default `'rgb'`. */
  readonly channels?: 'rgb' | 'bgr' | undefined;
}

/** The names of {@link preprocessings}. */
export const preprocessingNames = ['unit', 'tensorflow-resnet', 'caffe', 'imagenet', 'none'] as const;

/** One of {@link preprocessingNames}. */
export type PreprocessingName = (typeof preprocessingNames)[number];

/**
 * What networks were trained with.
 *
 * - `'unit'` -1 to 1, DeepLab v3 and v3+ on MobileNet and Xception
 * - `'tensorflow-resnet'` less the mean colour, DeepLab v3 and v3+ on ResNet
 * - `'caffe'` blue first, less the mean colour, DeepLab v1 and v2
 * - `'imagenet'` normalised by mean and deviation, models from PyTorch
 * - `'none'` 0 to 255, models that begin with their own preprocessing
 */
export const preprocessings: Readonly<Record<PreprocessingName, Preprocessing>> = Object.freeze({
  unit: {mean: [128, 128, 128], deviation: [128, 128, 128]},
  'tensorflow-resnet': {mean: [123.15, 115.9, 103.06], deviation: [1, 1, 1]},
  caffe: {mean: [122.675, 116.669, 104.008], deviation: [1, 1, 1], channels: 'bgr'},
  imagenet: {mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375]},
  none: {mean: [0, 0, 0], deviation: [1, 1, 1]},
} as const);

/** A name of {@link preprocessings} or numbers of one's own. */
export function checkPreprocessing(name: string, value: PreprocessingName | Preprocessing): Preprocessing {
  if (typeof value !== 'object') return preprocessings[checkChoice(name, value, preprocessingNames)];
  const {mean, deviation, channels = 'rgb'} = checkOptions(name, value, ['mean', 'deviation', 'channels']);
  return {
    mean: checkTriple(`${name}.mean`, mean, checkFinite),
    deviation: checkTriple(`${name}.deviation`, deviation, checkPositive),
    channels: checkChoice(`${name}.channels`, channels, ['rgb', 'bgr']),
  };
}

function checkTriple(name: string, value: Triple, check: (name: string, value: unknown) => number): Triple {
  const values: readonly number[] = value;
  if (!Array.isArray(values) || values.length !== 3)
    throw expectation('ERR_INVALID_TYPE', name, 'three numbers', value);
  const [red, green, blue] = value;
  return [check(`${name}[0]`, red), check(`${name}[1]`, green), check(`${name}[2]`, blue)];
}
