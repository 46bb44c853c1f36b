// What the four kernels of convolutions have in common.
import type {ConvKind} from '../../ops/conv-layers.ts';
import type {Layer} from '../../ops/layer.ts';
import type {Shape4D} from '../../ops/tensor.ts';
import type {TensorInfo} from '../core.ts';
import {planFor} from '../plans.ts';
import type {Storage} from '../storage/storage.ts';
import {acceptsAddend, runPlan} from './addend.ts';
import {inEitherOrder, type PictureAttrs} from './channels-first.ts';
import {acceptsEpilogue, type EpilogueAttrs, type EpilogueInputs, epilogueOf} from './epilogue.ts';
import {areFloats, type HotKernel, hotKernel, isGiven, type KernelDefinition, type Optional} from './kernel.ts';
import {geometryOf} from './window.ts';

interface Inputs extends EpilogueInputs {
  x: TensorInfo;
  filter: TensorInfo;
  /** Of a kernel of ours alone. */
  addend?: Optional<TensorInfo>;
}

type Attrs = PictureAttrs & EpilogueAttrs;

/** The kernel of this name: a convolution with bias and activation in the same pass where it has them. */
export function convolution(kernelName: string, kind: ConvKind): HotKernel {
  const channelsLast: KernelDefinition<Inputs, Attrs> = {
    kernelName,
    accepts(inputs, attrs) {
      const {x, filter, bias, preluActivationWeights, addend} = inputs;
      return (
        areFloats(x, filter, bias, preluActivationWeights, addend) &&
        x.shape.length === 4 &&
        (!isGiven(addend) || acceptsAddend(addend, geometryOf(x.shape, filter.shape, attrs, kind).y)) &&
        acceptsEpilogue(inputs, attrs, outChannelsOf(kind, filter))
      );
    },
    run(storage, inputs, attrs) {
      const {x, filter, bias, preluActivationWeights, addend} = inputs;
      const key = `${kind}${isGiven(addend) ? ' adds' : ''} ${x.shape.join()} ${JSON.stringify(attrs)}`;
      const layer = planFor(filter, key, [bias, preluActivationWeights], () => layerOf(kind, storage, inputs, attrs));
      return runPlan(storage, layer, x, addend);
    },
  };
  return hotKernel(inEitherOrder(channelsLast));
}

function outChannelsOf(kind: ConvKind, {shape: [, , inChannels = 1, last = 1]}: TensorInfo): number {
  return kind === 'conv2d' ? last : inChannels * last;
}

function layerOf(kind: ConvKind, storage: Storage, inputs: Inputs, attrs: Attrs): Layer<Shape4D> {
  const {x, filter, addend} = inputs;
  const geometry = geometryOf(x.shape, filter.shape, attrs, kind);
  const epilogue = epilogueOf(storage, inputs, attrs, geometry.native.outChannels);
  return {
    native: {
      op: kind,
      shape: geometry.native,
      filter: storage.floats(filter),
      epilogue,
      exact: false,
      maxBytes: 0,
      adds: isGiven(addend),
    },
    inputName: 'x',
    inputShape: geometry.x,
    outputShape: geometry.y,
  };
}
