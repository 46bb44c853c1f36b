// How a rewritten graph runs its separable convolutions.
import type {GraphNode} from '@tensorflow/tfjs-converter';
import {checkChoice} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {engine, fused, getBackend, getKernel, type Tensor, type Tensor3D, type Tensor4D} from '../core.ts';
import {separableConv2d, SeparableConv2D} from '../kernels/separable-conv2d.ts';

/**
 * Runs an op {@link SeparableConv2D} of a graph: natively where the backend has the kernel, else as its two halves, which
 * have gradients too.
 */
export function executeSeparable(node: GraphNode): Tensor {
  const inputs = inputsOf(node);
  const attrs = attrsOf(node);
  if (engine().state.gradientDepth > 0 || !isNative() || !separableConv2d.accepts({...inputs}, attrs))
    return inHalves(inputs, attrs);
  return engine().runKernel<Tensor>(SeparableConv2D, {...inputs}, attrs);
}

interface Inputs {
  x: Tensor3D | Tensor4D;
  depthwiseFilter: Tensor4D;
  pointwiseFilter: Tensor4D;
  depthwiseBias?: Tensor;
  bias?: Tensor;
}

type Attrs = ReturnType<typeof attrsOf>;

function isNative(): boolean {
  const kernel: unknown = getKernel(SeparableConv2D, getBackend());
  return kernel !== undefined;
}

function inHalves({x, depthwiseFilter, pointwiseFilter, depthwiseBias, bias}: Inputs, attrs: Attrs): Tensor {
  const {strides, dilations, pad, activation, leakyreluAlpha} = attrs;
  const y = fused.depthwiseConv2d({
    ...{x, filter: depthwiseFilter, strides, dilations, pad},
    ...(depthwiseBias && {bias: depthwiseBias}),
    activation: attrs.depthwiseActivation,
    leakyreluAlpha: attrs.depthwiseLeakyreluAlpha,
  });
  const z = fused.conv2d({
    ...{x: y, filter: pointwiseFilter, strides: 1, pad: 'valid'},
    ...(bias && {bias}),
    ...{activation, leakyreluAlpha},
  });
  y.dispose();
  return z;
}

function inputsOf({inputs: [x, depthwiseFilter, pointwiseFilter, ...biases], attrs}: GraphNode): Inputs {
  const depthwiseBias = attrs.depthwise_bias === true ? biases.shift() : undefined;
  const [bias] = biases;
  if (!isPicture(x) || !isFilter(depthwiseFilter) || !isFilter(pointwiseFilter))
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected the inputs of ${SeparableConv2D} to be a picture and two filters`,
    );
  return {x, depthwiseFilter, pointwiseFilter, ...(depthwiseBias && {depthwiseBias}), ...(bias && {bias})};
}

function attrsOf({attrs}: GraphNode) {
  const activation = (name: string) =>
    checkChoice(name, attrs[name], ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu']);
  return {
    strides: spatial(attrs.strides),
    dilations: spatial(attrs.dilations),
    pad: checkChoice('padding', attrs.padding, ['same', 'valid']),
    depthwiseActivation: activation('depthwise_activation'),
    depthwiseLeakyreluAlpha: Number(attrs.depthwise_leakyrelu_alpha),
    activation: activation('activation'),
    leakyreluAlpha: Number(attrs.leakyrelu_alpha),
  };
}

function spatial(value: GraphNode['attrs'][string] | undefined): [number, number] {
  const [, vertical, horizontal] = Array.isArray(value) ? value : [];
  return [Number(vertical), Number(horizontal)];
}

function isPicture(tensor: Tensor | undefined): tensor is Tensor3D | Tensor4D {
  return tensor !== undefined && (tensor.rank === 3 || tensor.rank === 4);
}

function isFilter(tensor: Tensor | undefined): tensor is Tensor4D {
  return tensor?.rank === 4;
}
