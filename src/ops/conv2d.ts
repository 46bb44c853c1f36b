import {checkOptions} from '../core/options.ts';
import {type ConvOptions, forwardLayer} from './conv-layers.ts';
import {fromLast, type ImageFormatOptions, isChannelsFirst, toLast} from './data-format.ts';
import {epilogueKeys} from './epilogue.ts';
import {checkOpenSignal, planKeys, runLayer, runLayerAsync, type SignalOptions} from './layer.ts';
import {Plan} from './plan.ts';
import {checkTensor, checkTensorShape, type Shape4D, type Tensor4D} from './tensor.ts';
import {windowKeys} from './window.ts';

/** Options of {@link planConv2d}. */
export type PlanConv2dOptions = ConvOptions;

/** Options of {@link conv2d}. */
export interface Conv2dOptions extends ConvOptions, ImageFormatOptions {}

/** The keys of {@link PlanConv2dOptions}. */
export const convKeys = [...windowKeys, ...epilogueKeys, ...planKeys] as const;

/**
 * Convolution, with bias and activation in the same pass.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param filter `[height, width, inChannels, outChannels]`
 * @returns `[batch, outHeight, outWidth, outChannels]`
 * @throws {DenseCrfError} naming the argument that is wrong
 *
 * @example
 * const y = conv2d(x, filter, {pad: 'same', dilations: 12, bias, activation: 'relu'});
 */
export function conv2d(x: Tensor4D, filter: Tensor4D, options: Conv2dOptions = {}): Tensor4D {
  checkOptions('the options of conv2d', options, [...convKeys, 'dataFormat']);
  const channelsFirst = isChannelsFirst(options);
  const layer = forwardLayer('conv2d', checkTensor('x', x, 4).shape, filter, options, channelsFirst);
  return fromLast(runLayer(layer, toLast(x, channelsFirst).data), channelsFirst);
}

/** {@link conv2d} on a thread of its own, on copies of its arguments. */
export async function conv2dAsync(
  x: Tensor4D,
  filter: Tensor4D,
  options: Conv2dOptions & SignalOptions = {},
): Promise<Tensor4D> {
  checkOptions('the options of conv2dAsync', options, [...convKeys, 'dataFormat', 'signal']);
  const channelsFirst = isChannelsFirst(options);
  const layer = forwardLayer('conv2d', checkTensor('x', x, 4).shape, filter, options, channelsFirst);
  const signal = checkOpenSignal(options);
  return fromLast(await runLayerAsync(layer, toLast(x, channelsFirst).data, signal), channelsFirst);
}

/**
 * Prepares a {@link conv2d} of inputs of one shape, channels last. The arrays are copied.
 *
 * @param inputShape `[batch, height, width, inChannels]`
 */
export function planConv2d(inputShape: Shape4D, filter: Tensor4D, options: PlanConv2dOptions = {}): Plan {
  checkOptions('the options of planConv2d', options, convKeys);
  return new Plan(forwardLayer('conv2d', checkTensorShape('inputShape', inputShape, 4), filter, options));
}
