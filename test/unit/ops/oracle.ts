// Convolutions and their gradients by definition, in double precision, and random cases for them.
import type {ExecutionContext} from 'ava';
import type {Activation, ExplicitPadding, Shape4D, Tensor4D, WindowOptions} from '../../../src/ops/index.ts';

/** Numbers from 0 to 1, the same in every run. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A Weyl sequence, mixed. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let z = this.#state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 2 ** 32;
  }

  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  pick<T>(...choices: readonly [T, ...T[]]): T {
    return choices[this.integer(0, choices.length - 1)]!;
  }

  floats(length: number): Float32Array {
    return Float32Array.from({length}, () => 2 * this.next() - 1);
  }

  tensor(...shape: Shape4D): Tensor4D {
    return {data: this.floats(shape.reduce((a, b) => a * b, 1)), shape};
  }
}

type Two = readonly [number, number];

/** Where the windows of a convolution stand; pairs are `[vertical, horizontal]`. */
export interface Case {
  kernel: Two;
  strides: Two;
  dilations: Two;
  pads: Two;
  out: Two;
}

/** The options of a random convolution, with its geometry by definition. */
export interface RandomCase extends Case {
  options: WindowOptions;
}

/** A random window over pictures of such a size; mostly of a kind that DeepLab has. */
export function randomCase(random: Random, size: Two): RandomCase {
  for (;;) {
    const kernel = random.pick<Two>([3, 3], [1, 1], [random.integer(1, 5), random.integer(1, 5)]);
    const strides: Two = random.pick<Two>([1, 1], [random.integer(1, 3), random.integer(1, 3)]);
    const dilations: Two = random.pick<Two>([1, 1], [random.integer(1, 8), random.integer(1, 8)]);
    const [explicit, pad] = randomPad(random);
    const around = [0, 1].map(axis => explicit?.[axis] ?? implied(pad, size, {kernel, strides, dilations}, axis));
    const out = [0, 1].map(axis => {
      const [before, after] = around[axis]!;
      return Math.floor((size[axis]! + before + after - span(kernel, dilations, axis)) / strides[axis]!) + 1;
    });
    if (out.some(count => count < 1)) continue;
    const options = {strides, dilations, pad};
    return {kernel, strides, dilations, pads: [around[0]![0], around[1]![0]], out: [out[0]!, out[1]!], options};
  }
}

function span(kernel: Two, dilations: Two, axis: number): number {
  return (kernel[axis]! - 1) * dilations[axis]! + 1;
}

function randomPad(
  random: Random,
): [explicit: readonly [Two, Two] | undefined, pad: NonNullable<WindowOptions['pad']>] {
  const amount = (): Two => [random.integer(0, 4), random.integer(0, 4)];
  const [vertical, horizontal, both] = [amount(), amount(), random.integer(0, 4)];
  const all: Two = [both, both];
  const pad: ExplicitPadding = [[0, 0], vertical, horizontal, [0, 0]];
  return random.pick<ReturnType<typeof randomPad>>(
    [undefined, 'same'],
    [undefined, 'valid'],
    [[all, all], both],
    [[vertical, horizontal], pad],
  );
}

function implied(pad: unknown, size: Two, {kernel, strides, dilations}: Omit<Case, 'pads' | 'out'>, axis: number): Two {
  if (pad === 'valid') return [0, 0];
  const out = Math.ceil(size[axis]! / strides[axis]!);
  const total = Math.max(0, (out - 1) * strides[axis]! + span(kernel, dilations, axis) - size[axis]!);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** Calls with each pixel that a tap reads, as numbers of pixels and taps. */
export function eachTap(
  [batch, height, width]: Shape4D,
  {kernel, strides, dilations, pads, out}: Case,
  visit: (input: number, output: number, tap: number) => void,
): void {
  for (let output = 0; output < batch * out[0] * out[1]; ++output) {
    const image = Math.floor(output / (out[0] * out[1]));
    const top = (Math.floor(output / out[1]) % out[0]) * strides[0] - pads[0];
    const left = (output % out[1]) * strides[1] - pads[1];
    for (let tap = 0; tap < kernel[0] * kernel[1]; ++tap) {
      const y = top + Math.floor(tap / kernel[1]) * dilations[0];
      const x = left + (tap % kernel[1]) * dilations[1];
      if (y < 0 || y >= height || x < 0 || x >= width) continue;
      visit((image * height + y) * width + x, output, tap);
    }
  }
}

/** For each tap, every product of a dense or depthwise convolution, as indices of input, filter and output values. */
function eachProduct(
  x: Shape4D,
  filter: Shape4D,
  at: Case,
  depthwise: boolean,
  visit: (input: number, weight: number, output: number) => void,
): void {
  const [, , channels, last] = filter;
  eachTap(x, at, (input, output, tap) => {
    for (let c = 0; c < channels; ++c) {
      for (let n = 0; n < last; ++n) {
        const weight = (tap * channels + c) * last + n;
        visit(input * channels + c, weight, depthwise ? (output * channels + c) * last + n : output * last + n);
      }
    }
  });
}

export type Values = Float32Array | Float64Array;

/** A convolution, without bias or activation. */
export function convolve(
  x: {data: Values; shape: Shape4D},
  filter: {data: Values; shape: Shape4D},
  at: Case,
  depthwise: boolean,
): Float64Array {
  const result = new Float64Array(length(x.shape[0], at, outChannels(filter.shape, depthwise)));
  eachProduct(x.shape, filter.shape, at, depthwise, (i, w, o) => (result[o]! += x.data[i]! * filter.data[w]!));
  return result;
}

export function inputGradient(x: Shape4D, dy: Values, filter: Tensor4D, at: Case, depthwise: boolean): Float64Array {
  const result = new Float64Array(x[0] * x[1] * x[2] * x[3]);
  eachProduct(x, filter.shape, at, depthwise, (i, w, o) => (result[i]! += dy[o]! * filter.data[w]!));
  return result;
}

export function filterGradient(x: Tensor4D, dy: Values, filter: Shape4D, at: Case, depthwise: boolean): Float64Array {
  const result = new Float64Array(filter[0] * filter[1] * filter[2] * filter[3]);
  eachProduct(x.shape, filter, at, depthwise, (i, w, o) => (result[w]! += dy[o]! * x.data[i]!));
  return result;
}

export function outChannels(filter: Shape4D, depthwise: boolean): number {
  return depthwise ? filter[2] * filter[3] : filter[3];
}

function length(batch: number, {out}: Case, channels: number): number {
  return batch * out[0] * out[1] * channels;
}

/** What follows a convolution. */
export interface Finish {
  bias?: Float32Array | undefined;
  activation?: Activation | undefined;
  preluActivationWeights?: Float32Array | undefined;
  leakyreluAlpha?: number | undefined;
}

export function randomFinish(random: Random, channels: number): Finish {
  const activation = random.pick<Activation>('linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu');
  return {
    bias: random.pick(undefined, random.floats(channels)),
    activation,
    preluActivationWeights: activation === 'prelu' ? random.floats(channels) : undefined,
    leakyreluAlpha: random.pick(undefined, 0.125),
  };
}

/** `activation(values + bias)`, per channel. */
export function finish(values: Float64Array, channels: number, options: Finish): Float64Array {
  const {bias, activation = 'linear', preluActivationWeights: slopes, leakyreluAlpha = 0.2} = options;
  return values.map((value, i) => {
    const v = value + (bias?.[i % channels] ?? 0);
    switch (activation) {
      case 'linear':
        return v;
      case 'relu':
        return Math.max(0, v);
      case 'relu6':
        return Math.min(6, Math.max(0, v));
      case 'elu':
        return v > 0 ? v : Math.expm1(v);
      case 'sigmoid':
        return 1 / (1 + Math.exp(-v));
      case 'leakyrelu':
        return v > 0 ? v : Math.fround(leakyreluAlpha) * v;
      case 'prelu':
        return v > 0 ? v : slopes![i % channels]! * v;
    }
  });
}

/** The greatest difference is within `tolerance` of the root mean square of what is expected, and of 1 at the least. */
export function close(t: ExecutionContext, actual: Values, expected: Values, text: string, tolerance = 5e-5): void {
  t.is(actual.length, expected.length, text);
  let [worst, squares] = [0, 0];
  for (let i = 0; i < expected.length; ++i) {
    worst = Math.max(worst, Math.abs(actual[i]! - expected[i]!));
    squares += expected[i]! ** 2;
    if (Number.isNaN(actual[i])) worst = NaN;
  }
  const rms = Math.sqrt(squares / expected.length);
  t.true(worst <= tolerance * Math.max(rms, 0.1), `${text}: off by ${worst}, rms ${rms}`);
}

/** Values of an order of axes in the other: `[batch, rows, columns]` as `[batch, columns, rows]`. */
export function transposed(values: Float32Array, batch: number, rows: number, columns: number): Float32Array {
  return values.map((_, i) => {
    const [image, row, column] = [Math.floor(i / (rows * columns)), i % rows, Math.floor(i / rows) % columns];
    return image < batch ? values[(image * rows + row) * columns + column]! : 0;
  });
}

/** A picture in the order NCHW. */
export function channelsFirst({data, shape: [batch, height, width, channels]}: Tensor4D): Tensor4D {
  return {data: transposed(data, batch, height * width, channels), shape: [batch, channels, height, width]};
}
