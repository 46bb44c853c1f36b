// Weights by name, as plain arrays.
import {DenseCrfError} from '../../core/errors.ts';

/** One array of weights. */
export interface Weights {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Weights by name. */
export type NamedWeights = ReadonlyMap<string, Weights>;

/** `ERR_INVALID_FILE` if there are none. */
export function checkAny(name: string, weights: NamedWeights): NamedWeights {
  if (weights.size > 0) return weights;
  throw new DenseCrfError('ERR_INVALID_FILE', `Expected ${name} to hold weights but found none`);
}
