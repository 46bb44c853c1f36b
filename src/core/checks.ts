// The vocabulary of checks on numbers, choices and functions: each gives back what it was given, narrowed, or throws
// "Expected NAME to be X but received Y".
import {describe, oneOf} from './describe.ts';
import {DenseCrfError} from './errors.ts';

/** 2^31 - 1: no buffer holds more entries. */
export const MAX_ENTRIES = 2147483647;

/** An integer from `min` to `max`, both included. */
export function checkInteger(name: string, value: unknown, min: number, max: number = MAX_ENTRIES): number {
  const expected = max === MAX_ENTRIES ? `an integer of ${min} or more` : `an integer between ${min} and ${max}`;
  checkNumber(name, value, expected);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw expectation('ERR_OUT_OF_RANGE', name, expected, value);
}

/** A number that is finite as a float32, given back as one. */
export function checkFinite(name: string, value: unknown): number {
  checkNumber(name, value, 'a finite number');
  const rounded = Math.fround(value);
  if (Number.isFinite(rounded)) return rounded;
  throw expectation('ERR_NOT_FINITE', name, 'a finite float32 number', value);
}

/** A number that is finite and above 0 as a float32, given back as one. */
export function checkPositive(name: string, value: unknown): number {
  const rounded = checkFinite(name, value);
  if (rounded > 0) return rounded;
  throw expectation('ERR_OUT_OF_RANGE', name, 'a number above 0', value);
}

/** A number between two others; `open` leaves out the two themselves, `above` the lower one. */
export function checkBetween(
  name: string,
  value: unknown,
  min: number,
  max: number,
  bounds: 'open' | 'above' | 'closed',
): number {
  const expected = {
    open: `a number between ${min} and ${max}, both excluded`,
    above: `a number above ${min}, at most ${max}`,
    closed: `a number between ${min} and ${max}`,
  }[bounds];
  checkNumber(name, value, expected);
  const isIn = bounds === 'closed' ? value >= min : value > min;
  if (isIn && (bounds === 'open' ? value < max : value <= max)) return value;
  throw expectation('ERR_OUT_OF_RANGE', name, expected, value);
}

/** One of a few words. */
export function checkChoice<const T extends string>(name: string, value: unknown, choices: readonly T[]): T {
  const choice = choices.find(word => word === value);
  if (choice !== undefined) return choice;
  const code = typeof value === 'string' ? 'ERR_OUT_OF_RANGE' : 'ERR_INVALID_TYPE';
  throw expectation(code, name, oneOf(choices.map(word => `'${word}'`)), value);
}

export function checkBoolean(name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw expectation('ERR_INVALID_TYPE', name, 'true or false', value);
}

/** A function, or undefined. */
export function checkCallback<T extends (...values: never[]) => void>(
  name: string,
  value: T | undefined,
): T | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw expectation('ERR_INVALID_TYPE', name, 'a function', value);
}

/** An AbortSignal, or undefined. Any object that behaves as one will do: signals come from several realms and libraries. */
export function checkSignal(name: string, value: AbortSignal | undefined): AbortSignal | undefined {
  if (value === undefined) return undefined;
  if (isObject(value) && 'aborted' in value && 'addEventListener' in value) return value;
  throw expectation('ERR_INVALID_TYPE', name, 'an AbortSignal', value);
}

/** Whether a value is an object, whatever its type says. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The error that the checks throw: "Expected NAME to be X but received Y". */
export function expectation(
  code: DenseCrfError['code'],
  name: string,
  expected: string,
  value: unknown,
): DenseCrfError {
  return new DenseCrfError(code, `Expected ${name} to be ${expected} but received ${describe(value)}`);
}

function checkNumber(name: string, value: unknown, expected: string): asserts value is number {
  if (typeof value !== 'number') throw expectation('ERR_INVALID_TYPE', name, expected, value);
}
