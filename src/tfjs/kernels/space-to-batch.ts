// Phases of a picture as pictures of their own, and back.
import {BatchToSpaceND, SpaceToBatchND, type TensorInfo} from '../core.ts';
import type {Storage} from '../storage/storage.ts';
import {copyBox, offsetOf, stridesOf} from './box.ts';
import {areFloats, type HotKernel, hotKernel} from './kernel.ts';

type Pairs = readonly (readonly number[])[];

interface Sizes {
  batch: number;
  height: number;
  width: number;
  channels: number;
}

/** A box from the phases [rows r, columns r, batch, height, width, channels] to the picture that they make. */
function phaseStrides(
  {batch, height, width, channels}: Sizes,
  [rows = 1, columns = 1]: readonly number[],
): {
  extents: number[];
  phases: number[];
  picture: number[];
} {
  const extents = [rows, columns, batch, height, width, channels];
  const pitch = width * columns * channels;
  const picture = [pitch, channels, height * rows * pitch, rows * pitch, columns * channels, 1];
  return {extents, phases: stridesOf(extents), picture};
}

function isFlat({x}: {x: TensorInfo}, blockShape: readonly number[]): boolean {
  return areFloats(x) && x.shape.length === 4 && blockShape.length === 2;
}

// What a tensor's box of `shape` holds, at `from` in the one and at `to` in the other.
function copyPart(
  storage: Storage,
  x: TensorInfo,
  y: TensorInfo,
  shape: readonly number[],
  from: number[],
  to: number[],
): void {
  const [input, output] = [stridesOf(x.shape), stridesOf(y.shape)];
  const [inputOffset, outputOffset] = [offsetOf(from, input), offsetOf(to, output)];
  copyBox({extents: shape, input, output, inputOffset, outputOffset}, storage.floats(x), storage.floats(y));
}

function sidesOf(pairs: Pairs): {start: number[]; total: number[]} {
  const [vertical = [], horizontal = []] = pairs;
  const total = [vertical, horizontal].map(pair => (pair[0] ?? 0) + (pair[1] ?? 0));
  return {start: [0, vertical[0] ?? 0, horizontal[0] ?? 0, 0], total: [0, ...total, 0]};
}

const spaceToBatch = hotKernel<{x: TensorInfo}, {blockShape: number[]; paddings: number[][]}>({
  kernelName: SpaceToBatchND,
  accepts: (inputs, {blockShape}) => isFlat(inputs, blockShape),
  run(storage, {x}, {blockShape, paddings}) {
    const {start, total} = sidesOf(paddings);
    const shape = x.shape.map((size, axis) => size + (total[axis] ?? 0));
    const [batch = 1, height = 1, width = 1, channels = 1] = shape;
    const [rows = 1, columns = 1] = blockShape;
    const small = {batch, height: height / rows, width: width / columns, channels};
    const padded = storage.make(shape, 'float32');
    const y = storage.make([batch * rows * columns, small.height, small.width, channels], 'float32');
    storage.floats(padded).fill(0);
    copyPart(storage, x, padded, x.shape, [0, 0, 0, 0], start);
    const {extents, phases, picture} = phaseStrides(small, blockShape);
    copyBox({extents, input: picture, output: phases}, storage.floats(padded), storage.floats(y));
    storage.dispose(padded);
    return y;
  },
});

const batchToSpace = hotKernel<{x: TensorInfo}, {blockShape: number[]; crops: number[][]}>({
  kernelName: BatchToSpaceND,
  accepts: (inputs, {blockShape}) => isFlat(inputs, blockShape),
  run(storage, {x}, {blockShape, crops}) {
    const [count = 1, height = 1, width = 1, channels = 1] = x.shape;
    const [rows = 1, columns = 1] = blockShape;
    const batch = count / (rows * columns);
    const whole = storage.make([batch, height * rows, width * columns, channels], 'float32');
    const {start, total} = sidesOf(crops);
    const shape = whole.shape.map((size, axis) => size - (total[axis] ?? 0));
    const y = storage.make(shape, 'float32');
    const {extents, phases, picture} = phaseStrides({batch, height, width, channels}, blockShape);
    copyBox({extents, input: phases, output: picture}, storage.floats(x), storage.floats(whole));
    copyPart(storage, whole, y, shape, start, [0, 0, 0, 0]);
    storage.dispose(whole);
    return y;
  },
});

export const spaceToBatchKernels: readonly HotKernel[] = [spaceToBatch, batchToSpace];
