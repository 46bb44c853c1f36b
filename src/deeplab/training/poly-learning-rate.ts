import {checkInteger, checkPositive} from '../../core/checks.ts';
import {checkOptions} from '../../core/options.ts';

export interface PolyOptions {
  /** The learning rate at step 0. */
  readonly base: number;
  /** After how many steps it is 0. */
  readonly steps: number;
  /** Default 0.9. */
  readonly power?: number;
}

/**
 * The poly learning rate: base (1 - step / steps) ^ power.
 *
 * @returns the learning rate at a step; 0 from `steps` on
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_NOT_FINITE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "DeepLab" (2017), section 4.1.2; "Rethinking Atrous Convolution for Semantic Image Segmentation"
 * (2017), section 4.
 *
 * @example
 * const rateAt = polyLearningRate({base: 0.007, steps: 30000});
 */
export function polyLearningRate(options: PolyOptions): (step: number) => number {
  const {base, steps, power = 0.9} = checkOptions('options', options, ['base', 'steps', 'power']);
  checkPositive('options.base', base);
  checkInteger('options.steps', steps, 1);
  checkPositive('options.power', power);
  return step => base * Math.max(0, 1 - step / steps) ** power;
}
