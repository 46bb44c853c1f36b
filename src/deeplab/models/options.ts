// What all DeepLab models take.
import {input, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkBoolean, checkInteger, expectation} from '../../core/checks.ts';
import {checkOptions} from '../../core/options.ts';
import {NORM_KEYS, type NormConfig} from '../layers/units.ts';

export interface ModelOptions {
  /** How many classes there are, the background among them. Default 21, PASCAL VOC's. */
  readonly classes?: number;
  /** Height and width of the pictures; null (default) for any, one after another. */
  readonly inputSize?: number | readonly [number | null, number | null] | null;
  /** Whether the scores are enlarged to the picture's size, corners on corners. Default true. */
  readonly upsample?: boolean;
  /** The model's name. */
  readonly name?: string;
}

export const MODEL_KEYS = ['classes', 'inputSize', 'upsample', 'name'] as const;

/** Options of models with batch normalization. */
export type NormModelOptions = ModelOptions & Pick<NormConfig, 'folded' | 'momentum'>;

export const NORM_MODEL_KEYS = [...MODEL_KEYS, ...NORM_KEYS.filter(key => key !== 'epsilon')] as const;

/** The options that all models have, with their defaults, and the model's input. */
export function checkModelOptions<T extends ModelOptions>(
  options: T,
  keys: readonly (keyof T & string)[],
): {classes: number; upsample: boolean; picture: SymbolicTensor} {
  const {classes = 21, inputSize = null, upsample = true} = checkOptions('options', options, keys);
  const [height, width] = checkInputSize(inputSize);
  return {
    classes: checkInteger('options.classes', classes, 1),
    upsample: checkBoolean('options.upsample', upsample),
    picture: input({shape: [height, width, 3], name: 'picture'}),
  };
}

function checkInputSize(size: unknown): [number | null, number | null] {
  const one = (name: string, value: unknown): number | null => (value === null ? null : checkInteger(name, value, 1));
  if (!Array.isArray(size)) {
    const both = one('options.inputSize', size);
    return [both, both];
  }
  if (size.length !== 2)
    throw expectation('ERR_INVALID_SHAPE', 'options.inputSize', 'a number, null or [height, width]', size);
  return [one('options.inputSize[0]', size[0]), one('options.inputSize[1]', size[1])];
}
