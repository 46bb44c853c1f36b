// The backward passes of convolutions, as kernels of their own beside tfjs's: those know no dilations, and the wasm backend
// has but one of them.
import {checkChoice} from '../../core/checks.ts';
import type {ConvKind} from '../../ops/conv-layers.ts';
import {
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  DepthwiseConv2dNativeBackpropFilter,
  DepthwiseConv2dNativeBackpropInput,
  engine,
  getBackend,
  getKernel,
  type KernelFunc,
  type NamedAttrMap,
  type NamedTensorMap,
  registerKernel,
  type Tensor,
  transpose,
  unregisterKernel,
  zeros,
} from '../core.ts';
import {BACKEND_NAME} from '../backend.ts';
import {filterBackprop, inputBackprop} from '../kernels/backprop.ts';
import type {HotKernel} from '../kernels/kernel.ts';
import {storageOf} from '../storage/of-backend.ts';
import {backendNames} from '../swaps.ts';

/** tfjs's names of the backward passes. */
const theirs = {
  conv2d: [Conv2DBackpropInput, Conv2DBackpropFilter],
  depthwise: [DepthwiseConv2dNativeBackpropInput, DepthwiseConv2dNativeBackpropFilter],
} as const;

const ours = {
  conv2d: kernelsOf('conv2d'),
  depthwise: kernelsOf('depthwise'),
} as const;

const registered: {kernelName: string; backendName: string}[] = [];

function kernelsOf(kind: ConvKind): {byInput: HotKernel; byFilter: HotKernel} {
  const [input, filter] = theirs[kind];
  return {byInput: inputBackprop(`Atrous${input}`, kind), byFilter: filterBackprop(`Atrous${filter}`, kind)};
}

/** Whether a convolution with these attributes, on the backend in use, has no gradient of tfjs's. */
export function needsBackprop(kind: ConvKind, {dilations}: NamedAttrMap): boolean {
  const isDilated = [dilations ?? 1].flat().some(rate => rate !== 1);
  return isDilated || theirs[kind].some(name => lacks(name));
}

/**
 * The gradient of a convolution by its input.
 *
 * @param attrs those of the convolution's kernel
 */
export function backpropInput(
  kind: ConvKind,
  xShape: readonly number[],
  dy: Tensor,
  filter: Tensor,
  attrs: NamedAttrMap,
): Tensor {
  if (!isChannelsFirst(attrs))
    return run(ours[kind].byInput, {dy, filter}, {...attrs, inputShape: [...xShape]}, xShape);
  const [batch = 0, channels = 0, height = 0, width = 0] = xShape;
  const shape = [batch, height, width, channels];
  return toFirst(backpropInput(kind, shape, toLast(dy), filter, attrsOfLast(attrs)));
}

/**
 * The gradient of a convolution by its filter.
 *
 * @param attrs those of the convolution's kernel
 */
export function backpropFilter(
  kind: ConvKind,
  x: Tensor,
  dy: Tensor,
  filterShape: readonly number[],
  attrs: NamedAttrMap,
): Tensor {
  if (isChannelsFirst(attrs)) return backpropFilter(kind, toLast(x), toLast(dy), filterShape, attrsOfLast(attrs));
  return run(ours[kind].byFilter, {x, dy}, {...attrs, filterShape: [...filterShape]}, filterShape);
}

/** Takes the kernels away from all backends. */
export function unregisterBackprops(): void {
  for (const {kernelName, backendName} of registered.splice(0)) unregisterKernel(kernelName, backendName);
}

function run(kernel: HotKernel, inputs: NamedTensorMap, attrs: NamedAttrMap, shape: readonly number[]): Tensor {
  if (Object.values(inputs).some(({size}) => size === 0) || shape.includes(0)) return zeros([...shape]);
  if (lacks(kernel.kernelName)) register(kernel, getBackend());
  return engine().runKernel<Tensor>(kernel.kernelName, inputs, attrs);
}

/** Makes a kernel one of the backend's, when it is first needed there. */
function register(kernel: HotKernel, backendName: string): void {
  const {kernelName} = kernel;
  const name = checkChoice('the backend in use', backendName, [...backendNames, BACKEND_NAME]);
  const kernelFunc: KernelFunc = ({inputs, backend, attrs = {}}) => {
    const storage = storageOf(name === BACKEND_NAME ? 'cpu' : name, backend);
    // Before any of them is looked at: a tensor of another backend takes memory of this one.
    for (const tensor of Object.values(inputs)) if (tensor) storage.adopt(tensor);
    return kernel.run(storage, inputs, attrs);
  };
  registerKernel({kernelName, backendName, kernelFunc});
  registered.push({kernelName, backendName});
}

// The registry has undefined for what is not registered, whatever its type says.
function lacks(kernelName: string): boolean {
  const kernel: unknown = getKernel(kernelName, getBackend());
  return kernel === undefined;
}

function isChannelsFirst({dataFormat}: NamedAttrMap): boolean {
  return dataFormat === 'NCHW';
}

function attrsOfLast(attrs: NamedAttrMap): NamedAttrMap {
  const {pad} = attrs;
  if (!Array.isArray(pad)) return {...attrs, dataFormat: 'NHWC'};
  const [batch = 0, channels = 0, vertical = 0, horizontal = 0] = pad;
  return {...attrs, dataFormat: 'NHWC', pad: [batch, vertical, horizontal, channels]};
}

function toLast(x: Tensor): Tensor {
  return transpose(x, [0, 2, 3, 1]);
}

function toFirst(x: Tensor): Tensor {
  return transpose(x, [0, 3, 1, 2]);
}
