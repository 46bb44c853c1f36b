import {checkAllFinite, checkArray, checkLength} from '../core/arrays.ts';
import {layoutText} from '../core/data-format.ts';
import {count} from '../core/describe.ts';
import {DenseCrfError} from '../core/errors.ts';
import type {Grid} from './grid.ts';

const LARGEST_FLOAT = (2 - 2 ** -23) * 2 ** 127;

/** Checks weights `[labels, features]` and features `[...shape, features]`; gives the number of features. */
export function checkLogistic(weights: unknown, features: unknown, grid: Grid, channelsFirst: boolean): number {
  const w = checkArray('weights', weights, 'Float32Array');
  if (w.length === 0 || w.length % grid.labels !== 0) {
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected weights to hold a row for each of ${count(grid.labels, 'label')} but received ${count(w.length, 'value')}`,
    );
  }
  const featureCount = w.length / grid.labels;
  const f = checkArray('features', features, 'Float32Array');
  checkLength(
    'features',
    f,
    grid.points * featureCount,
    `for shape ${layoutText(grid.shape, featureCount, channelsFirst)}`,
  );
  const largest = featureCount * largestMagnitude('weights', w) * largestMagnitude('features', f);
  if (largest <= LARGEST_FLOAT) return featureCount;
  throw new DenseCrfError(
    'ERR_OUT_OF_RANGE',
    `Expected weights and features to give finite energies but received numbers whose products may reach ${largest}`,
  );
}

function largestMagnitude(name: string, values: Float32Array): number {
  checkAllFinite(name, values);
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}
