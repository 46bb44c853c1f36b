import {
  filterGradient,
  filterGradientAsync,
  type FilterGradientOptions,
  inputGradient,
  inputGradientAsync,
  type InputGradientOptions,
  planInputGradient,
  type PlanInputGradientOptions,
} from './conv-gradients.ts';
import type {SignalOptions} from './layer.ts';
import type {Plan} from './plan.ts';
import type {Shape4D, Tensor4D} from './tensor.ts';

/**
 * The gradient of {@link conv2d} by its input.
 *
 * @param xShape shape of the input
 * @param dy gradient of the output, of the output's shape
 * @param filter `[height, width, inChannels, outChannels]`
 * @param options strides, pad, dilations and so on of the convolution
 * @returns `xShape`
 * @throws {DenseCrfError} naming the argument that is wrong
 */
export function conv2dDerInput(
  xShape: Shape4D,
  dy: Tensor4D,
  filter: Tensor4D,
  options: InputGradientOptions = {},
): Tensor4D {
  return inputGradient('conv2d', 'conv2dDerInput', xShape, dy, filter, options);
}

/** {@link conv2dDerInput} on a thread of its own, on copies of its arguments. */
export async function conv2dDerInputAsync(
  xShape: Shape4D,
  dy: Tensor4D,
  filter: Tensor4D,
  options: InputGradientOptions & SignalOptions = {},
): Promise<Tensor4D> {
  return inputGradientAsync('conv2d', 'conv2dDerInputAsync', xShape, dy, filter, options);
}

/** Prepares a {@link conv2dDerInput}, channels last; its plan runs on `dy`. The arrays are copied. */
export function planConv2dDerInput(xShape: Shape4D, filter: Tensor4D, options: PlanInputGradientOptions = {}): Plan {
  return planInputGradient('conv2d', 'planConv2dDerInput', xShape, filter, options);
}

/**
 * The gradient of {@link conv2d} by its filter.
 *
 * @param x the input
 * @param dy gradient of the output, of the output's shape
 * @param filterShape `[height, width, inChannels, outChannels]`
 * @param options strides, pad, dilations and so on of the convolution
 * @returns `filterShape`
 * @throws {DenseCrfError} naming the argument that is wrong
 */
export function conv2dDerFilter(
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: Shape4D,
  options: FilterGradientOptions = {},
): Tensor4D {
  return filterGradient('conv2d', 'conv2dDerFilter', x, dy, filterShape, options);
}

/** {@link conv2dDerFilter} on a thread of its own, on copies of its arguments. */
export async function conv2dDerFilterAsync(
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: Shape4D,
  options: FilterGradientOptions & SignalOptions = {},
): Promise<Tensor4D> {
  return filterGradientAsync('conv2d', 'conv2dDerFilterAsync', x, dy, filterShape, options);
}
