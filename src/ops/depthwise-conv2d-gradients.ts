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
 * The gradient of {@link depthwiseConv2d} by its input.
 *
 * @param xShape shape of the input
 * @param dy gradient of the output, of the output's shape
 * @param filter `[height, width, inChannels, channelMultiplier]`
 * @param options strides, pad, dilations and so on of the convolution
 * @returns `xShape`
 * @throws {DenseCrfError} naming the argument that is wrong
 */
export function depthwiseConv2dNativeBackpropInput(
  xShape: Shape4D,
  dy: Tensor4D,
  filter: Tensor4D,
  options: InputGradientOptions = {},
): Tensor4D {
  return inputGradient('depthwise', 'depthwiseConv2dNativeBackpropInput', xShape, dy, filter, options);
}

/** {@link depthwiseConv2dNativeBackpropInput} on a thread of its own, on copies of its arguments. */
export async function depthwiseConv2dNativeBackpropInputAsync(
  xShape: Shape4D,
  dy: Tensor4D,
  filter: Tensor4D,
  options: InputGradientOptions & SignalOptions = {},
): Promise<Tensor4D> {
  return inputGradientAsync('depthwise', 'depthwiseConv2dNativeBackpropInputAsync', xShape, dy, filter, options);
}

/** Prepares a {@link depthwiseConv2dNativeBackpropInput}, channels last; its plan runs on `dy`. The arrays are copied. */
export function planDepthwiseConv2dNativeBackpropInput(
  xShape: Shape4D,
  filter: Tensor4D,
  options: PlanInputGradientOptions = {},
): Plan {
  return planInputGradient('depthwise', 'planDepthwiseConv2dNativeBackpropInput', xShape, filter, options);
}

/**
 * The gradient of {@link depthwiseConv2d} by its filter.
 *
 * @param x the input
 * @param dy gradient of the output, of the output's shape
 * @param filterShape `[height, width, inChannels, channelMultiplier]`
 * @param options strides, pad, dilations and so on of the convolution
 * @returns `filterShape`
 * @throws {DenseCrfError} naming the argument that is wrong
 */
export function depthwiseConv2dNativeBackpropFilter(
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: Shape4D,
  options: FilterGradientOptions = {},
): Tensor4D {
  return filterGradient('depthwise', 'depthwiseConv2dNativeBackpropFilter', x, dy, filterShape, options);
}

/** {@link depthwiseConv2dNativeBackpropFilter} on a thread of its own, on copies of its arguments. */
export async function depthwiseConv2dNativeBackpropFilterAsync(
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: Shape4D,
  options: FilterGradientOptions & SignalOptions = {},
): Promise<Tensor4D> {
  return filterGradientAsync('depthwise', 'depthwiseConv2dNativeBackpropFilterAsync', x, dy, filterShape, options);
}
