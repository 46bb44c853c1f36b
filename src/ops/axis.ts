import {checkInteger} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';

/** The last axis, by its number or as -1. */
export function checkAxis(name: string, axis: number, rank: number): void {
  checkInteger(name, axis, -rank, rank - 1);
  if (axis === -1 || axis === rank - 1) return;
  throw new DenseCrfError(
    'ERR_OUT_OF_RANGE',
    `Expected ${name} to be the last axis, -1 or ${rank - 1}, but received ${axis}`,
  );
}
