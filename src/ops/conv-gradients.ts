// What the gradients of dense and of depthwise convolutions have in common.
import {copyFloats} from '../core/memory.ts';
import {checkOptions} from '../core/options.ts';
import {callNative} from '../core/status.ts';
import type {NativeConvShape} from '../native/addon.ts';
import {native} from '../native/load.ts';
import {checkGeometry, checkOutputGradient, type ConvKind, inputGradientLayer} from './conv-layers.ts';
import {fromLast, type ImageFormatOptions, isChannelsFirst, toLast} from './data-format.ts';
import {
  checkOpenSignal,
  type Layer,
  newTensor,
  planKeys,
  type PlanOptions,
  runInBackground,
  runLayer,
  runLayerAsync,
  type SignalOptions,
} from './layer.ts';
import {Plan} from './plan.ts';
import {checkTensor, checkTensorShape, type Shape4D, type Tensor4D, tensorText} from './tensor.ts';
import {windowKeys, type WindowOptions} from './window.ts';

/** Options of plans of gradients by the input: those of the convolution. */
export interface PlanInputGradientOptions extends WindowOptions, PlanOptions {}

/** Options of gradients by the input: those of the convolution. */
export interface InputGradientOptions extends PlanInputGradientOptions, ImageFormatOptions {}

/** Options of gradients by the filter: those of the convolution. */
export interface FilterGradientOptions extends WindowOptions, ImageFormatOptions {}

const planInputKeys = [...windowKeys, ...planKeys] as const;
const inputKeys = [...planInputKeys, 'dataFormat'] as const;
const filterKeys = [...windowKeys, 'dataFormat'] as const;

export function inputGradient(
  kind: ConvKind,
  name: string,
  xShape: Shape4D,
  dy: Tensor4D,
  filter: Tensor4D,
  options: InputGradientOptions,
): Tensor4D {
  checkOptions(`the options of ${name}`, options, inputKeys);
  const channelsFirst = isChannelsFirst(options);
  const layer = checkedInputLayer(kind, xShape, dy, filter, options, channelsFirst);
  return fromLast(runLayer(layer, toLast(dy, channelsFirst).data), channelsFirst);
}

export async function inputGradientAsync(
  kind: ConvKind,
  name: string,
  xShape: Shape4D,
  dy: Tensor4D,
  filter: Tensor4D,
  options: InputGradientOptions & SignalOptions,
): Promise<Tensor4D> {
  checkOptions(`the options of ${name}`, options, [...inputKeys, 'signal']);
  const channelsFirst = isChannelsFirst(options);
  const layer = checkedInputLayer(kind, xShape, dy, filter, options, channelsFirst);
  const signal = checkOpenSignal(options);
  return fromLast(await runLayerAsync(layer, toLast(dy, channelsFirst).data, signal), channelsFirst);
}

export function planInputGradient(
  kind: ConvKind,
  name: string,
  xShape: Shape4D,
  filter: Tensor4D,
  options: PlanInputGradientOptions,
): Plan {
  checkOptions(`the options of ${name}`, options, planInputKeys);
  return new Plan(inputGradientLayer(kind, checkTensorShape('xShape', xShape, 4), filter, options));
}

export function filterGradient(
  kind: ConvKind,
  name: string,
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: Shape4D,
  options: FilterGradientOptions,
): Tensor4D {
  checkOptions(`the options of ${name}`, options, filterKeys);
  const channelsFirst = isChannelsFirst(options);
  const shape = checkedFilterShape(kind, x, dy, filterShape, options, channelsFirst);
  const gradient = newTensor(filterShape);
  const [input, outGradient] = [toLast(x, channelsFirst).data, toLast(dy, channelsFirst).data];
  callNative(() => native().filterGradient(kind, shape, input, outGradient, gradient.data));
  return gradient;
}

export async function filterGradientAsync(
  kind: ConvKind,
  name: string,
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: Shape4D,
  options: FilterGradientOptions & SignalOptions,
): Promise<Tensor4D> {
  checkOptions(`the options of ${name}`, options, [...filterKeys, 'signal']);
  const channelsFirst = isChannelsFirst(options);
  const shape = checkedFilterShape(kind, x, dy, filterShape, options, channelsFirst);
  const {signal} = checkOpenSignal(options);
  const gradient = newTensor(filterShape);
  const own = ({data}: Tensor4D): Float32Array => copyFloats(data);
  const [ownX, ownDy] = [own(toLast(x, channelsFirst)), own(toLast(dy, channelsFirst))];
  await runInBackground(() => native().filterGradientJob(kind, shape, ownX, ownDy, gradient.data), signal);
  return gradient;
}

function checkedInputLayer(
  kind: ConvKind,
  xShape: Shape4D,
  dy: Tensor4D,
  filter: Tensor4D,
  options: WindowOptions & PlanOptions,
  channelsFirst: boolean,
): Layer<Shape4D> {
  const layer = inputGradientLayer(kind, checkTensorShape('xShape', xShape, 4), filter, options, channelsFirst);
  const from = `${tensorText('x', xShape)} and ${tensorText('filter', filter.shape)}`;
  checkOutputGradient(dy, layer.inputShape, from, channelsFirst);
  return layer;
}

function checkedFilterShape(
  kind: ConvKind,
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: Shape4D,
  options: WindowOptions,
  channelsFirst: boolean,
): NativeConvShape {
  const {shape} = checkTensor('x', x, 4);
  checkTensorShape('filterShape', filterShape, 4);
  const geometry = checkGeometry(kind, shape, filterShape, options, channelsFirst, 'filterShape');
  const from = `${tensorText('x', shape)} and a ${tensorText('filter', filterShape)}`;
  checkOutputGradient(dy, geometry.y, from, channelsFirst);
  return geometry.native;
}
