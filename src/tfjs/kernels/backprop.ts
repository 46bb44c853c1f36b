// The backward passes of convolutions. Attributes may have `dilations`, which tfjs's own never do.
import {callNative} from '../../core/status.ts';
import {native} from '../../native/load.ts';
import type {ConvKind} from '../../ops/conv-layers.ts';
import type {TensorInfo} from '../core.ts';
import {inEitherOrder, type PictureAttrs} from './channels-first.ts';
import {areFloats, type HotKernel, hotKernel, type KernelDefinition} from './kernel.ts';
import {geometryOf} from './window.ts';

interface InputAttrs extends PictureAttrs {
  inputShape: readonly number[];
}

interface FilterAttrs extends PictureAttrs {
  filterShape: readonly number[];
}

/** The kernel of this name: the gradient of a convolution by its input. */
export function inputBackprop(kernelName: string, kind: ConvKind): HotKernel {
  const op = kind === 'conv2d' ? 'conv2dInputGradient' : 'depthwiseInputGradient';
  const channelsLast: KernelDefinition<{dy: TensorInfo; filter: TensorInfo}, InputAttrs> = {
    kernelName,
    accepts: ({dy, filter}, attrs) =>
      areFloats(dy, filter) &&
      !attrs.inputShape.includes(0) &&
      isOfShape(dy, geometryOf(attrs.inputShape, filter.shape, attrs, kind).y),
    run(storage, {dy, filter}, attrs) {
      const {native: shape, x} = geometryOf(attrs.inputShape, filter.shape, attrs, kind);
      const dx = storage.make(x, 'float32');
      // Planned for one run: between two of them, training changes the filter.
      const layer = {op, shape, filter: storage.floats(filter), exact: false, maxBytes: 0} as const;
      callNative(() => native().runLayer(layer, storage.floats(dy), storage.floats(dx), 0, shape.channels));
      return dx;
    },
  };
  return hotKernel(inEitherOrder(channelsLast));
}

/** The kernel of this name: the gradient of a convolution by its filter. */
export function filterBackprop(kernelName: string, kind: ConvKind): HotKernel {
  const channelsLast: KernelDefinition<{x: TensorInfo; dy: TensorInfo}, FilterAttrs> = {
    kernelName,
    accepts: ({x, dy}, attrs) =>
      areFloats(x, dy) &&
      !attrs.filterShape.includes(0) &&
      isOfShape(dy, geometryOf(x.shape, attrs.filterShape, attrs, kind).y),
    run(storage, {x, dy}, attrs) {
      const {filterShape} = attrs;
      const {native: shape} = geometryOf(x.shape, filterShape, attrs, kind);
      const gradient = storage.make(filterShape, 'float32');
      const output = storage.floats(gradient);
      callNative(() => native().filterGradient(kind, shape, storage.floats(x), storage.floats(dy), output));
      return gradient;
    },
  };
  return hotKernel(inEitherOrder(channelsLast, 'filter'));
}

// conv2dTranspose takes any outputShape, also one that the forward pass would not lead from.
function isOfShape({shape}: TensorInfo, expected: readonly number[]): boolean {
  return shape.join() === expected.join();
}
