// Output stride: how many pixels of the picture one pixel of the features stands for. DeepLab keeps it at 8 or 16 by
// giving up late strides and dilating what follows by the strides given up.
import {checkInteger, expectation} from '../../core/checks.ts';

/** A convolution's stride and dilation rate. */
export interface StrideAndRate {
  readonly stride: number;
  readonly rate: number;
}

/**
 * Turns late strides into dilations: as long as the product of strides is below `outputStride`, a convolution keeps its
 * own; from there on it strides by 1 and every later one is dilated by the strides given up so far.
 *
 * @param strides the strides of a network's convolutions, in order, 1 or more each
 * @param outputStride what their product must not pass
 * @returns for each convolution, the stride it keeps and the rate it takes
 * @throws {DenseCrfError} `ERR_OUT_OF_RANGE` if no prefix of the strides multiplies to `outputStride`
 *
 * Source: Chen et al., "Rethinking Atrous Convolution for Semantic Image Segmentation" (2017), section 3.1.
 *
 * @example
 * atrousSchedule([2, 2, 2, 2, 2, 1], 16); // the fifth strides by 1, the sixth has rate 2
 */
export function atrousSchedule(strides: readonly number[], outputStride: number): StrideAndRate[] {
  checkInteger('outputStride', outputStride, 1);
  let product = 1;
  let rate = 1;
  const schedule = strides.map((value, i) => {
    const stride = checkInteger(`strides[${i}]`, value, 1);
    if (product * stride <= outputStride && rate === 1) {
      product *= stride;
      return {stride, rate};
    }
    const own = rate;
    rate *= stride;
    return {stride: 1, rate: own};
  });
  if (product === outputStride) return schedule;
  throw expectation(
    'ERR_OUT_OF_RANGE',
    'outputStride',
    `a product of the first strides ${strides.join(', ')}`,
    outputStride,
  );
}

/**
 * The rates of the units of a block: the block's own rate times its multi-grid.
 *
 * Source: Chen et al. (2017), section 3.2.1: "for output stride 16 and multi-grid (1, 2, 4), block 4 has rates (2, 4, 8)".
 */
export function multiGridRates(rate: number, multiGrid: readonly number[]): number[] {
  return multiGrid.map(grid => rate * grid);
}

/**
 * Rates given for output stride 16, scaled to another one: twice as far at output stride 8.
 *
 * Source: Chen et al. (2017), section 3.3.
 */
export function scaleRates(rates: readonly number[], outputStride: number): number[] {
  return rates.map(rate => Math.max(1, Math.round((rate * 16) / outputStride)));
}

/** The size of the features of a picture, with padding 'same' everywhere: 513 at output stride 16 gives 33. */
export function featureSize(size: number, outputStride: number): number {
  return Math.ceil(size / outputStride);
}
