import {DenseCrfError} from '../core/errors.ts';

/** What rounding may add to a probability. */
const SLACK = 1e-3;

/**
 * Checks that logits are finite, or that probabilities are probabilities.
 *
 * @throws {DenseCrfError} `ERR_NOT_FINITE` or `ERR_OUT_OF_RANGE` with the value and where it is
 */
export function checkValues(values: Float32Array, shape: readonly number[], name: string, logits: boolean): void {
  const [least, most] = logits ? [-Infinity, Infinity] : [-SLACK, 1 + SLACK];
  const at = values.findIndex(value => !Number.isFinite(value) || value < least || value > most);
  if (at < 0) return;
  const value = values[at] ?? NaN;
  const place = `[${placeOf(at, shape).join(', ')}]`;
  if (!Number.isFinite(value)) {
    throw new DenseCrfError('ERR_NOT_FINITE', `Expected ${name} to hold finite values but found ${value} at ${place}`);
  }
  throw new DenseCrfError(
    'ERR_OUT_OF_RANGE',
    `Expected ${name} to hold probabilities from 0 to 1 but found ${value} at ${place}: if these are logits, say --logits`,
  );
}

/** The label of greatest probability for each point; the first of several. */
export function argmax(values: Float32Array, labels: number): Int32Array {
  const out = new Int32Array(values.length / labels);
  for (let point = 0; point < out.length; ++point) {
    let best = 0;
    for (let label = 1; label < labels; ++label) {
      if ((values[point * labels + label] ?? 0) > (values[point * labels + best] ?? 0)) best = label;
    }
    out[point] = best;
  }
  return out;
}

function placeOf(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map(extent => {
      const place = rest % extent;
      rest = Math.floor(rest / extent);
      return place;
    })
    .reverse();
}
