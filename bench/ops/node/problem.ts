import {Random} from '../../lib/random.ts';
import {outHeight, type Shape} from '../shapes.ts';

/** Weights of one convolution. */
export interface Filter {
  /** `[kernel, kernel, in, out]`, `[kernel, kernel, channels, 1]` of a depthwise one. */
  readonly data: Float32Array;
  readonly kernel: number;
  readonly channels: number;
  readonly out: number;
  readonly rate: number;
}

/** A shape with its arrays, channels last. */
export interface Problem {
  readonly shape: Shape;
  readonly outHeight: number;
  readonly input: Float32Array;
  /** Depthwise before pointwise; of the module: 1x1, three atrous ones, the mean's, the projection. */
  readonly filters: readonly Filter[];
  /** Long enough for every layer. */
  readonly bias: Float32Array;
}

/** Numbers near a normal distribution. They repeat, so that large arrays are quickly made. */
function randomFloats(random: Random, length: number, scale: number, relu = false): Float32Array {
  const period = Float32Array.from({length: Math.min(length, 65521)}, () => {
    const normal = (random.uniform() + random.uniform() + random.uniform() - 1.5) * 2;
    return relu && normal < 0 ? 0 : normal * scale;
  });
  const values = new Float32Array(length);
  for (let at = 0; at < length; at += period.length)
    values.set(period.subarray(0, Math.min(period.length, length - at)), at);
  return values;
}

function filtersOf(shape: Shape): Omit<Filter, 'data'>[] {
  const {kind, channels, outChannels, kernel, rate} = shape;
  const depthwise = {kernel, channels, out: 1, rate};
  const pointwise = {kernel: 1, channels, out: outChannels, rate: 1};
  switch (kind) {
    case 'conv':
      return [{kernel, channels, out: outChannels, rate}];
    case 'depthwise':
      return [depthwise];
    case 'separable':
      return [depthwise, pointwise];
    case 'resize':
      return [];
    case 'aspp': {
      const atrous = [1, 2, 3].map(times => ({kernel, channels, out: outChannels, rate: times * rate}));
      return [pointwise, ...atrous, pointwise, {...pointwise, channels: 5 * outChannels}];
    }
  }
}

export function makeProblem(shape: Shape): Problem {
  const random = new Random(1);
  const filters = filtersOf(shape).map(filter => {
    const size = filter.kernel ** 2 * filter.channels;
    const fanIn = filter.out === 1 ? filter.kernel ** 2 : size;
    return {...filter, data: randomFloats(random, size * filter.out, 1 / Math.sqrt(fanIn))};
  });
  return {
    shape,
    outHeight: outHeight(shape),
    input: randomFloats(random, shape.height ** 2 * shape.channels, 1, true),
    filters,
    bias: randomFloats(random, Math.max(shape.channels, shape.outChannels), 0.1),
  };
}

/** The filter of that index. */
export function filterAt({filters}: Problem, index: number): Filter {
  const filter = filters[index];
  if (filter === undefined) throw new Error(`there is no filter ${index}`);
  return filter;
}
