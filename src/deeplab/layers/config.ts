// The configurations of layers: what every layer takes, checks, and what serialization gives back.
import type {layers} from '@tensorflow/tfjs-layers';
import {checkBoolean, checkInteger, expectation} from '../../core/checks.ts';
import {checkObject, checkOptions} from '../../core/options.ts';

/** What TensorFlow.js lets every layer take. */
export type LayerConfig = NonNullable<ConstructorParameters<typeof layers.Layer>[0]>;

const LAYER_KEYS = [
  'name',
  'trainable',
  'dtype',
  'batchInputShape',
  'inputShape',
  'batchSize',
  'updatable',
  'weights',
  'inputDType',
  'customObjects',
] as const;

/**
 * A layer's configuration with known keys alone.
 *
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`
 */
export function checkConfig<T extends LayerConfig>(
  className: string,
  config: T,
  keys: readonly (keyof T & string)[],
): T {
  const name = `the configuration of ${className}`;
  const given: Readonly<Record<string, unknown>> = Object.fromEntries(Object.entries(checkObject(name, config)));
  checkOptions(name, given, [...LAYER_KEYS, ...keys]);
  return config;
}

/** One size for both axes, or one for each. */
export type Pair = number | readonly [number, number];

/** A pair of integers of 1 or more. */
export function checkPair(name: string, value: unknown): [number, number] {
  if (!Array.isArray(value)) {
    const both = checkInteger(name, value, 1);
    return [both, both];
  }
  if (value.length !== 2) throw expectation('ERR_INVALID_SHAPE', name, 'a number or [rows, columns]', value);
  return [checkInteger(`${name}[0]`, value[0], 1), checkInteger(`${name}[1]`, value[1], 1)];
}

/** One number for both axes. */
export function checkSame(name: string, value: unknown): number {
  const [rows, columns] = checkPair(name, value);
  if (rows === columns) return rows;
  throw expectation('ERR_OUT_OF_RANGE', name, 'the same for rows and columns', value);
}

/** A list of rates, each an integer of 1 or more. Gives back a copy. */
export function checkRates(name: string, value: unknown): number[] {
  if (!Array.isArray(value)) throw expectation('ERR_INVALID_TYPE', name, 'an array of rates', value);
  return value.map((rate: unknown, i) => checkInteger(`${name}[${i}]`, rate, 1));
}

export {checkBoolean, checkInteger};

/** What TensorFlow.js hands on from a model to its layers' calls. */
export type Kwargs = Parameters<layers.Layer['call']>[1];
