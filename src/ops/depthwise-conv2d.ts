import {checkOptions} from '../core/options.ts';
import {type ConvOptions, forwardLayer} from './conv-layers.ts';
import {convKeys} from './conv2d.ts';
import {fromLast, type ImageFormatOptions, isChannelsFirst, toLast} from './data-format.ts';
import {checkOpenSignal, runLayer, runLayerAsync, type SignalOptions} from './layer.ts';
import {Plan} from './plan.ts';
import {checkTensor, checkTensorShape, type Shape4D, type Tensor4D} from './tensor.ts';

/** Options of {@link planDepthwiseConv2d}. */
export type PlanDepthwiseConv2dOptions = ConvOptions;

/** Options of {@link depthwiseConv2d}. */
export interface DepthwiseConv2dOptions extends ConvOptions, ImageFormatOptions {}

/**
 * Convolution of each channel on its own, with bias and activation in the same pass.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param filter `[height, width, inChannels, channelMultiplier]`
 * @returns `[batch, outHeight, outWidth, inChannels * channelMultiplier]`; channel `c * channelMultiplier + q` comes from
 * channel c of `x`
 * @throws {DenseCrfError} naming the argument that is wrong
 *
 * @example
 * const y = depthwiseConv2d(x, filter, {pad: 'same', dilations: 2, bias, activation: 'relu6'});
 */
export function depthwiseConv2d(x: Tensor4D, filter: Tensor4D, options: DepthwiseConv2dOptions = {}): Tensor4D {
  checkOptions('the options of depthwiseConv2d', options, [...convKeys, 'dataFormat']);
  const channelsFirst = isChannelsFirst(options);
  const layer = forwardLayer('depthwise', checkTensor('x', x, 4).shape, filter, options, channelsFirst);
  return fromLast(runLayer(layer, toLast(x, channelsFirst).data), channelsFirst);
}

/** {@link depthwiseConv2d} on a thread of its own, on copies of its arguments. */
export async function depthwiseConv2dAsync(
  x: Tensor4D,
  filter: Tensor4D,
  options: DepthwiseConv2dOptions & SignalOptions = {},
): Promise<Tensor4D> {
  checkOptions('the options of depthwiseConv2dAsync', options, [...convKeys, 'dataFormat', 'signal']);
  const channelsFirst = isChannelsFirst(options);
  const layer = forwardLayer('depthwise', checkTensor('x', x, 4).shape, filter, options, channelsFirst);
  const signal = checkOpenSignal(options);
  return fromLast(await runLayerAsync(layer, toLast(x, channelsFirst).data, signal), channelsFirst);
}

/**
 * Prepares a {@link depthwiseConv2d} of inputs of one shape, channels last. The arrays are copied.
 *
 * @param inputShape `[batch, height, width, inChannels]`
 */
export function planDepthwiseConv2d(
  inputShape: Shape4D,
  filter: Tensor4D,
  options: PlanDepthwiseConv2dOptions = {},
): Plan {
  checkOptions('the options of planDepthwiseConv2d', options, convKeys);
  return new Plan(forwardLayer('depthwise', checkTensorShape('inputShape', inputShape, 4), filter, options));
}
