// What follows a convolution while its result is still in registers.
import {checkArray} from '../core/arrays.ts';
import {checkChoice, checkFinite} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';
import {allocateFloats} from '../core/memory.ts';
import type {NativeEpilogue} from '../native/addon.ts';

/** tfjs's names. */
export type Activation = 'linear' | 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu' | 'prelu';

/** `activation(x + bias)`; options of everything that can do it in the same pass, tfjs's. */
export interface EpilogueOptions {
  /** One value per output channel. Default: none. */
  bias?: Float32Array | undefined;
  /** Default `'linear'`: none. */
  activation?: Activation | undefined;
  /** Slopes of `'prelu'` below 0: one per output channel, or one for all. */
  preluActivationWeights?: Float32Array | undefined;
  /** Slope of `'leakyrelu'` below 0. Default 0.2. */
  leakyreluAlpha?: number | undefined;
}

/** The keys of {@link EpilogueOptions}. */
export const epilogueKeys = ['bias', 'activation', 'preluActivationWeights', 'leakyreluAlpha'] as const;

const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;

/**
 * @param prefix of the options' names in messages
 * @param channels of the output
 * @param reason says where so many come from
 */
export function checkEpilogue(options: EpilogueOptions, channels: number, reason: string, prefix = ''): NativeEpilogue {
  const {bias, activation: name = 'linear', preluActivationWeights: slopes, leakyreluAlpha = 0.2} = options;
  const activation = checkChoice(`${prefix}activation`, name, activations);
  const prelu = `${prefix}preluActivationWeights`;
  if ((activation === 'prelu') !== (slopes !== undefined)) {
    throw new DenseCrfError(
      'ERR_INVALID_TYPE',
      `Expected ${prelu} to be given with activation 'prelu', and only then, but received ` +
        `${slopes === undefined ? 'none' : 'it'} with activation '${activation}'`,
    );
  }
  return {
    bias: bias === undefined ? null : checkChannels(`${prefix}bias`, bias, channels, reason),
    activation: activation === 'linear' ? 'none' : activation,
    slope: checkFinite(`${prefix}leakyreluAlpha`, leakyreluAlpha),
    slopes: slopes === undefined ? null : checkSlopes(prelu, slopes, channels, reason),
  };
}

/** One value per channel. */
export function checkChannels(name: string, value: unknown, channels: number, reason: string): Float32Array {
  const array = checkArray(name, value, 'Float32Array');
  if (array.length === channels) return array;
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected ${name} to be of shape [${channels}] for ${reason} but received one of shape [${array.length}]`,
  );
}

function checkSlopes(name: string, value: Float32Array, channels: number, reason: string): Float32Array {
  const slopes = checkArray(name, value, 'Float32Array');
  if (slopes.length === 1) return allocateFloats(channels).fill(slopes[0] ?? 0);
  return checkChannels(name, slopes, channels, reason);
}
