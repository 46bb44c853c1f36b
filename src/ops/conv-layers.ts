// From the arguments of convolutions and their gradients to layers of the core.
import {DenseCrfError} from '../core/errors.ts';
import {checkEntries} from '../core/memory.ts';
import {shapeText} from '../core/shape.ts';
import type {NativeConvShape} from '../native/addon.ts';
import {lastOf, shapeIn} from './data-format.ts';
import {checkEpilogue, type EpilogueOptions} from './epilogue.ts';
import {checkPlanOptions, type Layer, type PlanOptions} from './layer.ts';
import {checkTensor, type Shape4D, type Tensor4D, tensorText} from './tensor.ts';
import {type Window, windowOf, type WindowOptions} from './window.ts';

/** A dense convolution's filter is `[height, width, inChannels, outChannels]`, a depthwise one's `[..., channelMultiplier]`. */
export type ConvKind = 'conv2d' | 'depthwise';

/** Options of a convolution that gives a result. */
export interface ConvOptions extends WindowOptions, EpilogueOptions, PlanOptions {}

/** Shapes of a convolution, checked; those of pictures with their channels last. */
export interface ConvGeometry {
  native: NativeConvShape;
  x: Shape4D;
  y: Shape4D;
}

/** @param x shape of the input, in the order of the option `dataFormat` */
export function checkGeometry(
  kind: ConvKind,
  x: Shape4D,
  filter: Shape4D,
  options: WindowOptions,
  channelsFirst = false,
  filterName = 'filter',
): ConvGeometry {
  const [, height, width, channels] = lastOf(x, channelsFirst);
  const [kernelHeight, kernelWidth, inChannels, last] = filter;
  if (inChannels !== channels) {
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected ${filterName} to take the ${channels} channels of ${tensorText('x', x)} but received one for ${inChannels}, of shape ${shapeText(filter)}`,
    );
  }
  const window = windowOf(
    {height, width, text: tensorText('x', x)},
    {height: kernelHeight, width: kernelWidth, text: tensorText(filterName, filter)},
    options,
    channelsFirst,
  );
  return toNativeShape(lastOf(x, channelsFirst), window, kind === 'conv2d' ? last : channels * last);
}

/** @param x channels last */
export function toNativeShape(x: Shape4D, window: Window, outChannels: number): ConvGeometry {
  const [batch, height, width, channels] = x;
  const [kernelHeight, kernelWidth] = window.kernel;
  const [outHeight, outWidth] = window.out;
  const y = [batch, outHeight, outWidth, outChannels] as const;
  checkEntries('the result', y);
  const [strideY, strideX] = window.strides;
  const [dilationY, dilationX] = window.dilations;
  const [padTop, padLeft] = window.pads;
  const native = {
    ...{batch, height, width, channels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth},
    ...{strideY, strideX, dilationY, dilationX, padTop, padLeft},
  };
  return {native, x: [batch, height, width, channels], y};
}

/** @param x shape of the input, in the order of the option `dataFormat` */
export function forwardLayer(
  op: ConvKind,
  x: Shape4D,
  filter: Tensor4D,
  options: ConvOptions,
  channelsFirst = false,
): Layer<Shape4D> {
  const {data, shape} = checkTensor('filter', filter, 4);
  const geometry = checkGeometry(op, x, shape, options, channelsFirst);
  const {outChannels} = geometry.native;
  const epilogue = checkEpilogue(options, outChannels, `the output of ${tensorText('filter', shape)}`);
  return {
    native: {op, shape: geometry.native, filter: data, epilogue, ...checkPlanOptions(options)},
    inputName: 'x',
    inputShape: geometry.x,
    outputShape: geometry.y,
  };
}

/** The gradient by the input: it takes what the convolution gives. */
export function inputGradientLayer(
  kind: ConvKind,
  x: Shape4D,
  filter: Tensor4D,
  options: WindowOptions & PlanOptions,
  channelsFirst = false,
): Layer<Shape4D> {
  const {data, shape} = checkTensor('filter', filter, 4);
  const geometry = checkGeometry(kind, x, shape, options, channelsFirst);
  const op = kind === 'conv2d' ? 'conv2dInputGradient' : 'depthwiseInputGradient';
  return {
    native: {op, shape: geometry.native, filter: data, ...checkPlanOptions(options)},
    inputName: 'dy',
    inputShape: geometry.y,
    outputShape: geometry.x,
  };
}

/** The gradient of an output, of just its shape. */
export function checkOutputGradient(dy: Tensor4D, y: Shape4D, from: string, channelsFirst = false): Tensor4D {
  const {shape} = checkTensor('dy', dy, 4);
  const expected = shapeIn(y, channelsFirst);
  if (shape.every((size, axis) => size === expected[axis])) return dy;
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected dy to be of shape ${shapeText(expected)}, that of the output for ${from}, but received one of shape ${shapeText(shape)}`,
  );
}
