// How a rewritten graph runs its separable convolutions.
import type {GraphNode} from '@tensorflow/tfjs-converter';
import {fused, type Tensor, type Tensor3D, type Tensor4D} from '../core.ts';
import {separableConv2d, SeparableConv2D} from '../kernels/separable-conv2d.ts';
import {checkFilter, checkPicture, convolveAndAdd, epilogueOf, type OpEpilogue, runNatively, windowOf} from './own-op.ts'; // prettier-ignore

/** Runs an op {@link SeparableConv2D} of a graph: natively, or as its two halves. */
export function executeSeparable(node: GraphNode): Tensor {
  const inputs = inputsOf(node);
  const [window, middle, epilogue] = [windowOf(node), epilogueOf(node, 'depthwise_'), epilogueOf(node)];
  const {activation: depthwiseActivation, leakyreluAlpha: depthwiseLeakyreluAlpha} = middle;
  const attrs = {...window, depthwiseActivation, depthwiseLeakyreluAlpha, ...epilogue};
  const native = runNatively(separableConv2d, {...inputs}, attrs);
  return native ?? convolveAndAdd(last => inHalves(inputs, window, middle, last), inputs.addend, epilogue);
}

interface Inputs {
  x: Tensor3D | Tensor4D;
  depthwiseFilter: Tensor4D;
  pointwiseFilter: Tensor4D;
  depthwiseBias?: Tensor;
  bias?: Tensor;
  addend?: Tensor;
}

function inHalves(
  {x, depthwiseFilter, pointwiseFilter, depthwiseBias, bias}: Inputs,
  window: ReturnType<typeof windowOf>,
  middle: OpEpilogue,
  last: OpEpilogue,
): Tensor {
  const y = fused.depthwiseConv2d({
    ...{x, filter: depthwiseFilter, ...window},
    ...(depthwiseBias && {bias: depthwiseBias}),
    ...middle,
  });
  const z = fused.conv2d({
    ...{x: y, filter: pointwiseFilter, strides: 1, pad: 'valid'},
    ...(bias && {bias}),
    ...last,
  });
  y.dispose();
  return z;
}

function inputsOf({inputs: [x, depthwise, pointwise, ...more], attrs}: GraphNode): Inputs {
  const depthwiseBias = attrs.depthwise_bias === true ? more.shift() : undefined;
  const bias = attrs.bias === true ? more.shift() : undefined;
  const addend = attrs.addend === true ? more.shift() : undefined;
  return {
    x: checkPicture(SeparableConv2D, x),
    depthwiseFilter: checkFilter(SeparableConv2D, depthwise),
    pointwiseFilter: checkFilter(SeparableConv2D, pointwise),
    ...(depthwiseBias && {depthwiseBias}),
    ...(bias && {bias}),
    ...(addend && {addend}),
  };
}
