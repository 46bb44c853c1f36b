// Copies of boxes of one tensor into another.
import {callNative} from '../../core/status.ts';
import {native} from '../../native/load.ts';

const RANK = 6;

/** A box of elements in both arrays; strides in elements, slowest axis first. */
export interface Box {
  extents: readonly number[];
  input: readonly number[];
  output: readonly number[];
  inputOffset?: number;
  outputOffset?: number;
}

/** Of a dense tensor. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (const size of [...shape].reverse()) {
    strides.unshift(stride);
    stride *= size;
  }
  return strides;
}

/** Where the element of these coordinates lies. */
export function offsetOf(at: readonly number[], strides: readonly number[]): number {
  return at.reduce((sum, coordinate, axis) => sum + coordinate * (strides[axis] ?? 0), 0);
}

/** Whether a box of these extents can be copied: so many axes, or fewer, are longer than 1. */
export function isCopyable(extents: readonly number[]): boolean {
  return extents.filter(extent => extent !== 1).length <= RANK;
}

/** Copies a box; an empty one too. */
export function copyBox(box: Box, input: Float32Array, output: Float32Array): void {
  const axes = mergedAxes(box);
  const layout = new Int32Array(3 * RANK + 2).fill(1, 0, RANK);
  axes.forEach(({extent, from, to}, i) => {
    const at = RANK - axes.length + i;
    layout.set([extent], at);
    layout.set([from], RANK + at);
    layout.set([to], 2 * RANK + at);
  });
  layout.set([box.inputOffset ?? 0, box.outputOffset ?? 0], 3 * RANK);
  callNative(() => native().stridedCopy(layout, input, output));
}

interface Axis {
  extent: number;
  from: number;
  to: number;
}

// Neighbours that follow one another without a gap, in both arrays, are one axis: long runs are copied fastest.
function mergedAxes({extents, input, output}: Box): Axis[] {
  const axes: Axis[] = [];
  extents.forEach((extent, i) => {
    if (extent === 1) return;
    const [from = 0, to = 0] = [input[i], output[i]];
    const last = axes.at(-1);
    if (last?.from === from * extent && last.to === to * extent)
      Object.assign(last, {extent: last.extent * extent, from, to});
    else axes.push({extent, from, to});
  });
  return axes;
}
