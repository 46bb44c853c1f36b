// tfjs's broadcasting, as few axes as possible.
import {backend_util} from '../core.ts';
import {sizeOf} from '../storage/values.ts';

const RANK = 4;

/** Two tensors that become one. */
export interface Broadcast {
  shape: number[];
  /** Extents and strides as `NativeAddon.binary` takes them; none where that takes more axes than it has. */
  layout: Int32Array | undefined;
}

interface Axis {
  extent: number;
  /** Whether each of the tensors has this axis, or one value for all of it. */
  a: boolean;
  b: boolean;
}

/** The shape of two tensors' sum, and how to run through both. */
export function broadcastOf(a: readonly number[], b: readonly number[]): Broadcast {
  if (a.length === b.length && a.every((size, axis) => size === b[axis])) {
    return {shape: [...a], layout: layoutOf([{extent: sizeOf(a), a: true, b: true}])};
  }
  const shape = backend_util.assertAndGetBroadcastShape([...a], [...b]);
  const axes = mergedAxes(shape, a, b);
  return {shape, layout: axes.length > RANK ? undefined : layoutOf(axes)};
}

// Neighbours that both tensors have, or one of them has, are one axis.
function mergedAxes(shape: readonly number[], a: readonly number[], b: readonly number[]): Axis[] {
  const axes: Axis[] = [];
  shape.forEach((extent, axis) => {
    if (extent === 1) return;
    const hasAxis = (own: readonly number[]): boolean => own[axis + own.length - shape.length] === extent;
    const next = {extent, a: hasAxis(a), b: hasAxis(b)};
    const last = axes.at(-1);
    if (last?.a === next.a && last.b === next.b) last.extent *= extent;
    else axes.push(next);
  });
  return axes;
}

function layoutOf(axes: readonly Axis[]): Int32Array {
  const layout = new Int32Array(3 * RANK).fill(1, 0, RANK);
  let [aStride, bStride] = [1, 1];
  [...axes].reverse().forEach(({extent, a, b}, i) => {
    const at = RANK - 1 - i;
    layout.set([extent], at);
    layout.set([a ? aStride : 0], RANK + at);
    layout.set([b ? bStride : 0], 2 * RANK + at);
    if (a) aStride *= extent;
    if (b) bStride *= extent;
  });
  return layout;
}
