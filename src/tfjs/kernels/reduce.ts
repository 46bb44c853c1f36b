// Functions of the last axis, and sums and means over neighbouring axes.
import {callNative} from '../../core/status.ts';
import {native} from '../../native/load.ts';
import {ArgMax, backend_util, Mean, Softmax, Sum, type TensorInfo, util} from '../core.ts';
import {sizeOf} from '../storage/values.ts';
import {areFloats, type HotKernel, hotKernel, type Optional} from './kernel.ts';

// Fewer channels than a register has: tfjs's own kernel is as fast.
const LEAST_CHANNELS = 8;

interface ReduceAttrs {
  axis: Optional<number | number[]>;
  keepDims?: boolean;
}

function isLast(axis: number, {shape}: TensorInfo): boolean {
  return shape.length > 0 && (axis === -1 || axis === shape.length - 1);
}

const argMax = hotKernel<{x: TensorInfo}, {axis: number | number[]}>({
  kernelName: ArgMax,
  accepts: ({x}, {axis}) => areFloats(x) && [axis].flat().length === 1 && isLast([axis].flat()[0] ?? 0, x),
  run(storage, {x}) {
    const y = storage.make(x.shape.slice(0, -1), 'int32');
    callNative(() => native().argmax(storage.floats(x), x.shape.at(-1) ?? 1, storage.ints(y)));
    return y;
  },
});

const softmax = hotKernel<{logits: TensorInfo}, {dim: number}>({
  kernelName: Softmax,
  accepts: ({logits}, {dim}) => areFloats(logits) && isLast(dim, logits),
  run(storage, {logits}) {
    const y = storage.make(logits.shape, 'float32');
    callNative(() => native().softmax(storage.floats(logits), logits.shape.at(-1) ?? 1, storage.floats(y)));
    return y;
  },
});

/** [outer, count, channels], to be summed over the middle; none where the axes are no neighbours or the last are among them. */
function middleOf({shape}: TensorInfo, {axis}: ReduceAttrs): [number, number, number] | undefined {
  const axes = util.parseAxisParam(axis ?? shape.map((_, i) => i), shape).sort((a, b) => a - b);
  const [first = 0] = axes;
  const end = first + axes.length;
  const channels = sizeOf(shape.slice(end));
  if (axes.length === 0 || axes.at(-1) !== end - 1 || channels < LEAST_CHANNELS) return undefined;
  return [sizeOf(shape.slice(0, first)), sizeOf(shape.slice(first, end)), channels];
}

function reduction(kernelName: string, scaleOf: (count: number) => number): HotKernel {
  return hotKernel<{x: TensorInfo}, ReduceAttrs>({
    kernelName,
    accepts: ({x}, attrs) => areFloats(x) && middleOf(x, attrs) !== undefined,
    run(storage, {x}, attrs) {
      const axes = util.parseAxisParam(attrs.axis ?? x.shape.map((_, i) => i), x.shape);
      const [reduced] = backend_util.computeOutAndReduceShapes(x.shape, axes);
      const shape = attrs.keepDims === true ? backend_util.expandShapeToKeepDim(reduced, axes) : reduced;
      const [outer, count, channels] = middleOf(x, attrs) ?? [1, 1, 1];
      const y = storage.make(shape, 'float32');
      const output = storage.floats(y);
      callNative(() => native().globalAveragePool(storage.floats(x), outer, 1, count, channels, output));
      const scale = scaleOf(count);
      if (scale !== 1) output.forEach((mean, i) => (output[i] = mean * scale));
      return y;
    },
  });
}

export const reduceKernels: readonly HotKernel[] = [
  argMax,
  softmax,
  reduction(Mean, () => 1),
  reduction(Sum, count => count),
];
