import {DenseCrfError} from '../core/errors.ts';
import {checkEntries} from '../core/memory.ts';
import {checkOptions} from '../core/options.ts';
import {shapeText} from '../core/shape.ts';
import {checkGeometry, type ConvOptions} from './conv-layers.ts';
import {convKeys} from './conv2d.ts';
import {fromLast, type ImageFormatOptions, isChannelsFirst, toLast} from './data-format.ts';
import {checkEpilogue, epilogueKeys, type EpilogueOptions} from './epilogue.ts';
import {checkOpenSignal, checkPlanOptions, type Layer, runLayer, runLayerAsync, type SignalOptions} from './layer.ts';
import {Plan} from './plan.ts';
import {checkTensor, checkTensorShape, type Shape4D, type Tensor4D, tensorText} from './tensor.ts';

/** Options of {@link planSeparableConv2d}. Bias and activation are those after the pointwise half. */
export interface PlanSeparableConv2dOptions extends ConvOptions {
  /** Bias and activation between the halves, one value per channel of the depthwise half. Default: none. */
  depthwise?: EpilogueOptions | undefined;
}

/** Options of {@link separableConv2d}. */
export interface SeparableConv2dOptions extends PlanSeparableConv2dOptions, ImageFormatOptions {}

const separableKeys = [...convKeys, 'depthwise'] as const;

/**
 * A depthwise convolution and a 1x1 convolution of its result, which is never stored whole.
 *
 * @param x `[batch, height, width, inChannels]`
 * @param depthwiseFilter `[height, width, inChannels, channelMultiplier]`
 * @param pointwiseFilter `[1, 1, inChannels * channelMultiplier, outChannels]`
 * @param options strides, pad and dilations are those of the depthwise half
 * @returns `[batch, outHeight, outWidth, outChannels]`
 * @throws {DenseCrfError} naming the argument that is wrong
 *
 * @example
 * const y = separableConv2d(x, depthwise, pointwise, {pad: 'same', dilations: 2, bias, activation: 'relu'});
 */
export function separableConv2d(
  x: Tensor4D,
  depthwiseFilter: Tensor4D,
  pointwiseFilter: Tensor4D,
  options: SeparableConv2dOptions = {},
): Tensor4D {
  checkOptions('the options of separableConv2d', options, [...separableKeys, 'dataFormat']);
  const channelsFirst = isChannelsFirst(options);
  const {shape} = checkTensor('x', x, 4);
  const layer = separableLayer(shape, depthwiseFilter, pointwiseFilter, options, channelsFirst);
  return fromLast(runLayer(layer, toLast(x, channelsFirst).data), channelsFirst);
}

/** {@link separableConv2d} on a thread of its own, on copies of its arguments. */
export async function separableConv2dAsync(
  x: Tensor4D,
  depthwiseFilter: Tensor4D,
  pointwiseFilter: Tensor4D,
  options: SeparableConv2dOptions & SignalOptions = {},
): Promise<Tensor4D> {
  checkOptions('the options of separableConv2dAsync', options, [...separableKeys, 'dataFormat', 'signal']);
  const channelsFirst = isChannelsFirst(options);
  const {shape} = checkTensor('x', x, 4);
  const layer = separableLayer(shape, depthwiseFilter, pointwiseFilter, options, channelsFirst);
  const signal = checkOpenSignal(options);
  return fromLast(await runLayerAsync(layer, toLast(x, channelsFirst).data, signal), channelsFirst);
}

/**
 * Prepares a {@link separableConv2d} of inputs of one shape, channels last. The arrays are copied.
 *
 * @param inputShape `[batch, height, width, inChannels]`
 */
export function planSeparableConv2d(
  inputShape: Shape4D,
  depthwiseFilter: Tensor4D,
  pointwiseFilter: Tensor4D,
  options: PlanSeparableConv2dOptions = {},
): Plan {
  checkOptions('the options of planSeparableConv2d', options, separableKeys);
  const shape = checkTensorShape('inputShape', inputShape, 4);
  return new Plan(separableLayer(shape, depthwiseFilter, pointwiseFilter, options));
}

function separableLayer(
  x: Shape4D,
  depthwiseFilter: Tensor4D,
  pointwiseFilter: Tensor4D,
  options: PlanSeparableConv2dOptions,
  channelsFirst = false,
): Layer<Shape4D> {
  const depthwise = checkTensor('depthwiseFilter', depthwiseFilter, 4);
  const geometry = checkGeometry('depthwise', x, depthwise.shape, options, channelsFirst, 'depthwiseFilter');
  const middleText = `the output of ${tensorText('depthwiseFilter', depthwise.shape)}`;
  const middleOptions = checkOptions('depthwise', options.depthwise ?? {}, epilogueKeys);
  const middle = checkEpilogue(middleOptions, geometry.native.outChannels, middleText, 'depthwise.');
  const pointwise = checkPointwise(pointwiseFilter, depthwise.shape);
  const outChannels = pointwise.shape[3];
  const epilogue = checkEpilogue(
    options,
    outChannels,
    `the output of ${tensorText('pointwiseFilter', pointwise.shape)}`,
  );
  const [batch, outHeight, outWidth] = geometry.y;
  const outputShape = [batch, outHeight, outWidth, outChannels] as const;
  checkEntries('the result', outputShape);
  const plan = checkPlanOptions(options);
  const native = {op: 'separable', shape: geometry.native, filter: depthwise.data, middle, outChannels} as const;
  return {
    native: {...native, pointwise: pointwise.data, epilogue, ...plan},
    inputName: 'x',
    inputShape: geometry.x,
    outputShape,
  };
}

function checkPointwise(pointwiseFilter: Tensor4D, depthwise: Shape4D): Tensor4D {
  const {shape} = checkTensor('pointwiseFilter', pointwiseFilter, 4);
  const channels = depthwise[2] * depthwise[3];
  if (shape[0] === 1 && shape[1] === 1 && shape[2] === channels) return pointwiseFilter;
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected pointwiseFilter to be of shape [1, 1, ${channels}, outChannels] for ${tensorText('depthwiseFilter', depthwise)} but received one of shape ${shapeText(shape)}`,
  );
}
