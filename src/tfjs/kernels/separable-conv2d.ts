// A kernel that tfjs does not have: graphs that `loadGraphModel` has rewritten ask for it.
import type {Layer} from '../../ops/layer.ts';
import type {Shape4D} from '../../ops/tensor.ts';
import type {TensorInfo} from '../core.ts';
import {planFor} from '../plans.ts';
import type {Storage} from '../storage/storage.ts';
import {acceptsAddend, runPlan} from './addend.ts';
import {epilogueOf} from './epilogue.ts';
import {areFloats, hotKernel, isGiven, type Optional} from './kernel.ts';
import {geometryOf, type WindowAttrs} from './window.ts';

/** Its name, and that of the op in graphs. */
export const SeparableConv2D = 'DenseCrfSeparableConv2D';

interface Inputs {
  x: TensorInfo;
  depthwiseFilter: TensorInfo;
  pointwiseFilter: TensorInfo;
  depthwiseBias?: Optional<TensorInfo>;
  bias?: Optional<TensorInfo>;
  /** Added before the activation; of the result's shape. */
  addend?: Optional<TensorInfo>;
}

interface Attrs extends WindowAttrs {
  depthwiseActivation: string;
  depthwiseLeakyreluAlpha: number;
  activation: string;
  leakyreluAlpha: number;
}

/** A depthwise convolution and a 1x1 convolution of its result, each with bias and activation, channels last. */
export const separableConv2d = hotKernel<Inputs, Attrs>({
  kernelName: SeparableConv2D,
  accepts({x, depthwiseFilter, pointwiseFilter, depthwiseBias, bias, addend}, attrs) {
    const {shape} = depthwiseFilter;
    return (
      areFloats(x, depthwiseFilter, pointwiseFilter, depthwiseBias, bias, addend) &&
      x.shape.length === 4 &&
      x.shape[3] === shape[2] &&
      pointwiseFilter.shape[2] === (shape[2] ?? 0) * (shape[3] ?? 0) &&
      (!isGiven(addend) || acceptsAddend(addend, outputShape(x, depthwiseFilter, pointwiseFilter, attrs)))
    );
  },
  run(storage, inputs, attrs) {
    const {x, depthwiseFilter, pointwiseFilter, depthwiseBias, bias, addend} = inputs;
    const key = `separable${isGiven(addend) ? ' adds' : ''} ${x.shape.join()} ${JSON.stringify(attrs)}`;
    const layer = planFor(depthwiseFilter, key, [pointwiseFilter, depthwiseBias, bias], () =>
      layerOf(storage, inputs, attrs),
    );
    return runPlan(storage, layer, x, addend);
  },
});

function outputShape(x: TensorInfo, depthwise: TensorInfo, pointwise: TensorInfo, attrs: Attrs): Shape4D {
  const [batch, height, width] = geometryOf(x.shape, depthwise.shape, attrs, 'depthwise').y;
  return [batch, height, width, pointwise.shape[3] ?? 1];
}

function layerOf(storage: Storage, inputs: Inputs, attrs: Attrs): Layer<Shape4D> {
  const {x, depthwiseFilter, pointwiseFilter, depthwiseBias, bias, addend} = inputs;
  const geometry = geometryOf(x.shape, depthwiseFilter.shape, attrs, 'depthwise');
  const between = {activation: attrs.depthwiseActivation, leakyreluAlpha: attrs.depthwiseLeakyreluAlpha};
  const [, , , outChannels = 1] = pointwiseFilter.shape;
  return {
    native: {
      op: 'separable',
      shape: geometry.native,
      filter: storage.floats(depthwiseFilter),
      middle: epilogueOf(storage, {bias: depthwiseBias}, between, geometry.native.outChannels),
      pointwise: storage.floats(pointwiseFilter),
      epilogue: epilogueOf(storage, {bias}, attrs, outChannels),
      outChannels,
      exact: false,
      maxBytes: 0,
      adds: isGiven(addend),
    },
    inputName: 'x',
    inputShape: geometry.x,
    outputShape: outputShape(x, depthwiseFilter, pointwiseFilter, attrs),
  };
}
