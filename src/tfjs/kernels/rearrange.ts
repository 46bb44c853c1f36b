// Kernels that copy values to other places and change none.
import {
  backend_util,
  Concat,
  PadV2,
  Slice,
  slice_util,
  SplitV,
  Tile,
  type TensorInfo,
  Transpose,
  util,
} from '../core.ts';
import {sizeOf} from '../storage/values.ts';
import {copyBox, isCopyable, offsetOf, stridesOf} from './box.ts';
import {areFloats, type HotKernel, hotKernel} from './kernel.ts';

const concat = hotKernel<TensorInfo[], {axis: number}>({
  kernelName: Concat,
  accepts: inputs => areFloats(...Object.values(inputs)),
  run(storage, inputs, attrs) {
    const tensors = Object.values(inputs);
    const shapes = tensors.map(({shape}) => shape);
    const [axis = 0] = util.parseAxisParam(attrs.axis, shapes[0] ?? []);
    backend_util.assertParamsConsistent(shapes, axis);
    const shape = backend_util.computeOutShape(shapes, axis);
    const y = storage.make(shape, 'float32');
    const output = storage.floats(y);
    const pitch = sizeOf(shape.slice(axis));
    let outputOffset = 0;
    for (const tensor of tensors) {
      const run = sizeOf(tensor.shape.slice(axis));
      const extents = [sizeOf(shape.slice(0, axis)), run];
      copyBox({extents, input: [run, 1], output: [pitch, 1], outputOffset}, storage.floats(tensor), output);
      outputOffset += run;
    }
    return y;
  },
});

const pad = hotKernel<{x: TensorInfo}, {paddings: [number, number][]; constantValue: number}>({
  kernelName: PadV2,
  accepts: ({x}) => areFloats(x) && isCopyable(x.shape),
  run(storage, {x}, {paddings, constantValue}) {
    const shape = x.shape.map((size, axis) => size + (paddings[axis]?.[0] ?? 0) + (paddings[axis]?.[1] ?? 0));
    const y = storage.make(shape, 'float32');
    const output = storage.floats(y).fill(constantValue);
    const strides = stridesOf(shape);
    const before = paddings.map(([first]) => first);
    copyBox(
      {extents: x.shape, input: stridesOf(x.shape), output: strides, outputOffset: offsetOf(before, strides)},
      storage.floats(x),
      output,
    );
    return y;
  },
});

const slice = hotKernel<{x: TensorInfo}, {begin: number | number[]; size: number | number[]}>({
  kernelName: Slice,
  accepts({x}, {begin, size}) {
    if (!areFloats(x) || !isCopyable(x.shape)) return false;
    const [from = [], sizes = []] = slice_util.parseSliceParams(x, begin, size);
    return !sizes.includes(0) && sizes.every((extent, axis) => (from[axis] ?? 0) + extent <= (x.shape[axis] ?? 0));
  },
  run(storage, {x}, {begin, size}) {
    const [from = [], extents = []] = slice_util.parseSliceParams(x, begin, size);
    const y = storage.make(extents, 'float32');
    const input = stridesOf(x.shape);
    copyBox(
      {extents, input, output: stridesOf(extents), inputOffset: offsetOf(from, input)},
      storage.floats(x),
      storage.floats(y),
    );
    return y;
  },
});

// The gradient of a concatenation, too.
const split = hotKernel<{x: TensorInfo}, {numOrSizeSplits: number | number[]; axis: number}>({
  kernelName: SplitV,
  accepts: ({x}, {numOrSizeSplits}) => areFloats(x) && !(Array.isArray(numOrSizeSplits) && numOrSizeSplits.includes(0)),
  run(storage, {x}, attrs) {
    const [axis = 0] = util.parseAxisParam(attrs.axis, x.shape);
    const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
    const sizes = backend_util.prepareSplitSize(x, attrs.numOrSizeSplits, axis);
    const parts = sizes.map(size => storage.make([...before, size, ...after], 'float32'));
    const input = storage.floats(x);
    const pitch = sizeOf(x.shape.slice(axis));
    let inputOffset = 0;
    for (const part of parts) {
      const run = sizeOf(part.shape.slice(axis));
      copyBox(
        {extents: [sizeOf(before), run], input: [pitch, 1], output: [run, 1], inputOffset},
        input,
        storage.floats(part),
      );
      inputOffset += run;
    }
    return parts;
  },
});

const transpose = hotKernel<{x: TensorInfo}, {perm: number[]}>({
  kernelName: Transpose,
  accepts: ({x}) => areFloats(x) && isCopyable(x.shape),
  run(storage, {x}, {perm}) {
    const strides = stridesOf(x.shape);
    const extents = perm.map(axis => x.shape[axis] ?? 1);
    const y = storage.make(extents, 'float32');
    const input = perm.map(axis => strides[axis] ?? 0);
    copyBox({extents, input, output: stridesOf(extents)}, storage.floats(x), storage.floats(y));
    return y;
  },
});

// The gradient of a mean, among others: a step of 0 repeats an axis.
const tile = hotKernel<{x: TensorInfo}, {reps: number[]}>({
  kernelName: Tile,
  accepts: ({x}, {reps}) => areFloats(x) && !reps.includes(0) && isCopyable([...x.shape, ...reps]),
  run(storage, {x}, {reps}) {
    const shape = x.shape.map((size, axis) => size * (reps[axis] ?? 1));
    const y = storage.make(shape, 'float32');
    const [from, to] = [stridesOf(x.shape), stridesOf(shape)];
    const box = {
      extents: x.shape.flatMap((size, axis) => [reps[axis] ?? 1, size]),
      input: from.flatMap(stride => [0, stride]),
      output: to.flatMap((stride, axis) => [stride * (x.shape[axis] ?? 1), stride]),
    };
    copyBox(box, storage.floats(x), storage.floats(y));
    return y;
  },
});

export const rearrangeKernels: readonly HotKernel[] = [concat, pad, slice, split, tile, transpose];
