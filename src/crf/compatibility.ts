import {checkBetween, checkFinite, expectation} from '../core/checks.ts';
import {count} from '../core/describe.ts';
import {DenseCrfError} from '../core/errors.ts';
import {allocateFloats, checkEntries} from '../core/memory.ts';
import type {NativeCompatibility} from '../native/addon.ts';

/**
 * What two labels have to do with each other.
 *
 * - a number `w` (Potts): a neighbour's label gains `w`. The common choice, positive.
 * - one number per label `v`: label `l` gains `-v[l]` from neighbours of the same label. The sign is NOT that of the
 *   single number: 10 is the same as `[-10, -10, ...]`.
 * - a matrix `m`, `labels` rows of `labels` numbers: label `a` loses `m[a][b]` where neighbours have label `b`, so positive
 *   numbers off the diagonal are penalties. It is used as `(m + m^T) / 2`, symmetric, whatever was given.
 */
export type Compatibility = number | readonly number[] | readonly (readonly number[])[];

const LARGEST_WEIGHT = 1e20;

/** Checks a compatibility and makes it flat. */
export function checkCompatibility(name: string, value: unknown, labels: number): NativeCompatibility {
  if (typeof value === 'number') return {type: 'potts', values: Float32Array.of(checkWeight(name, value))};
  if (!Array.isArray(value)) {
    throw expectation('ERR_INVALID_TYPE', name, 'a number, one number per label or a square matrix', value);
  }
  if (!value.some(row => Array.isArray(row))) return {type: 'diagonal', values: checkRow(name, value, labels)};
  checkCount(name, value, labels, 'row');
  const values = allocateFloats(checkEntries(name, [labels, labels]));
  value.forEach((row: unknown, index) => values.set(checkRow(`${name}[${index}]`, row, labels), index * labels));
  return {type: 'matrix', values: symmetrised(values, labels)};
}

/** The compatibility in use, in the form in which it was given; a matrix is symmetric. */
export function toPlainCompatibility({type, values}: NativeCompatibility, labels: number): Compatibility {
  if (type === 'potts') return values[0] ?? 0;
  if (type === 'diagonal') return Array.from(values);
  return Array.from({length: labels}, (_, row) => Array.from(values.subarray(row * labels, (row + 1) * labels)));
}

function symmetrised(values: Float32Array, labels: number): Float32Array {
  return values.map((value, index) => {
    const transposed = (index % labels) * labels + Math.floor(index / labels);
    return (value + (values[transposed] ?? 0)) / 2;
  });
}

function checkRow(name: string, row: unknown, labels: number): Float32Array {
  if (!Array.isArray(row)) throw expectation('ERR_INVALID_TYPE', name, `an array of ${count(labels, 'number')}`, row);
  checkCount(name, row, labels, 'number');
  return Float32Array.from(row, (value: unknown, index) => checkWeight(`${name}[${index}]`, value));
}

/** Finite, and small enough that no sum of filtered values can pass float32. */
function checkWeight(name: string, value: unknown): number {
  checkFinite(name, value);
  return checkBetween(name, value, -LARGEST_WEIGHT, LARGEST_WEIGHT, 'closed');
}

function checkCount(name: string, values: readonly unknown[], labels: number, thing: string): void {
  if (values.length === labels) return;
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected ${name} to hold ${count(labels, thing)} for ${count(labels, 'label')} but received ${values.length}`,
  );
}
