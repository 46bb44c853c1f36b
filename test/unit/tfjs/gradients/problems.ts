// Random calls of tfjs's convolutions, with what they compute by definition, in double precision.
import * as tf from '@tensorflow/tfjs-core';
import type {Shape4D} from '../../../../src/ops/index.ts';
import {
  type Case,
  convolve,
  finish,
  outChannels,
  type Random,
  randomCase,
  randomFinish,
  type Values,
} from '../../ops/oracle.ts';

/** A function of tensors that are given a gradient. */
export interface Problem {
  /** Of the tensors. */
  values: Float32Array[];
  shapes: number[][];
  outShape: number[];
  byDefinition: (values: readonly Values[]) => Float64Array;
  byTfjs: (tensors: readonly tf.Tensor[]) => tf.Tensor;
  text: string;
}

interface Sizes {
  x: Shape4D;
  filter: Shape4D;
  at: Case;
  out: Shape4D;
  options: {strides: [number, number]; pad: Pad; dilations: [number, number]};
}

type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

/** What a backend computes, and right. */
export interface Taken {
  numericPad: boolean;
  /** Without dilations, where the gradient is tfjs's own. */
  undilated: boolean;
}

/** The operators, and how a problem for one of them is made. */
export const operators: Record<string, (random: Random, taken: Taken) => Problem> = {
  conv2d: (random, taken) => plain(random, taken, false),
  depthwiseConv2d: (random, taken) => plain(random, taken, true),
  separableConv2d: separable,
  'fused.conv2d': (random, taken) => fused(random, taken, false),
  'fused.depthwiseConv2d': (random, taken) => fused(random, taken, true),
};

function plain(random: Random, taken: Taken, depthwise: boolean): Problem {
  const sizes = randomSizes(random, taken, depthwise);
  const {x, filter, at, options} = sizes;
  const {strides, pad, dilations} = options;
  return {
    ...problemOf(random, sizes, [x, filter]),
    byDefinition: ([pictures, weights]) =>
      convolve({data: pictures!, shape: x}, {data: weights!, shape: filter}, at, depthwise),
    byTfjs: ([pictures, weights]) =>
      (depthwise ? tf.depthwiseConv2d : tf.conv2d)(
        pictures as tf.Tensor4D,
        weights as tf.Tensor4D,
        strides,
        pad,
        'NHWC',
        dilations,
      ),
  };
}

function separable(random: Random, taken: Taken): Problem {
  const sizes = randomSizes(random, taken, true);
  const {x, filter, at, out, options} = sizes;
  if (typeof options.pad !== 'string') return separable(random, taken);
  const {strides, pad, dilations} = options;
  const pointwise: Shape4D = [1, 1, out[3], random.integer(1, 3)];
  const pixels: Case = {kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0], out: at.out};
  return {
    ...problemOf(random, {...sizes, out: [out[0], out[1], out[2], pointwise[3]]}, [x, filter, pointwise]),
    byDefinition([pictures, weights, points]) {
      const between = convolve({data: pictures!, shape: x}, {data: weights!, shape: filter}, at, true);
      return convolve({data: between, shape: out}, {data: points!, shape: pointwise}, pixels, false);
    },
    byTfjs: ([pictures, weights, points]) =>
      tf.separableConv2d(
        pictures as tf.Tensor4D,
        weights as tf.Tensor4D,
        points as tf.Tensor4D,
        strides,
        pad,
        dilations,
        'NHWC',
      ),
  };
}

function fused(random: Random, taken: Taken, depthwise: boolean): Problem {
  const sizes = randomSizes(random, taken, depthwise);
  const {x, filter, at, out, options} = sizes;
  const {bias, activation = 'linear', preluActivationWeights: slopes, leakyreluAlpha} = randomFinish(random, out[3]);
  const problem = problemOf(random, sizes, [x, filter, ...(bias ? [[out[3]]] : [])], ` ${activation}`);
  return {
    ...problem,
    byDefinition([pictures, weights, offsets]) {
      const y = convolve({data: pictures!, shape: x}, {data: weights!, shape: filter}, at, depthwise);
      const shifted = y.map((value, i) => value + (offsets?.[i % out[3]] ?? 0));
      return finish(shifted, out[3], {activation, preluActivationWeights: slopes, leakyreluAlpha});
    },
    byTfjs: ([pictures, weights, offsets]) =>
      (depthwise ? tf.fused.depthwiseConv2d : tf.fused.conv2d)({
        x: pictures as tf.Tensor4D,
        filter: weights as tf.Tensor4D,
        ...options,
        pad: options.pad as number, // explicit too, whatever its type says
        ...(offsets && {bias: offsets}),
        activation,
        ...(slopes && {preluActivationWeights: tf.tensor1d(slopes)}),
        ...(leakyreluAlpha !== undefined && {leakyreluAlpha}),
      }),
  };
}

function problemOf(
  random: Random,
  {at, out, options}: Sizes,
  shapes: readonly (readonly number[])[],
  text = '',
): Pick<Problem, 'values' | 'shapes' | 'outShape' | 'text'> {
  return {
    values: shapes.map(shape => random.floats(shape.reduce((a, b) => a * b, 1))),
    shapes: shapes.map(shape => [...shape]),
    outShape: [...out],
    text: `${JSON.stringify(shapes)} ${JSON.stringify({kernel: at.kernel, ...options})}${text}`,
  };
}

function randomSizes(random: Random, taken: Taken, depthwise: boolean): Sizes {
  const size = [random.integer(1, 8), random.integer(1, 8)] as const;
  const {options, ...at} = randomCase(random, size);
  if (!isTaken(options.pad, at, taken)) return randomSizes(random, taken, depthwise);
  const [batch, channels, last] = [random.integer(1, 2), random.integer(1, 3), random.integer(1, 3)];
  const filter: Shape4D = [...at.kernel, channels, last];
  return {
    x: [batch, ...size, channels],
    filter,
    at,
    out: [batch, ...at.out, outChannels(filter, depthwise)],
    options: {
      strides: [...at.strides],
      dilations: [...at.dilations],
      pad: options.pad as Pad,
    },
  };
}

// tfjs refuses strides together with dilations; and of a pad in one number it counts columns by what it knows of rows.
function isTaken(pad: unknown, {kernel, strides, dilations}: Case, {numericPad, undilated}: Taken): boolean {
  const isDilated = dilations.some(rate => rate > 1);
  if (isDilated ? strides.some(stride => stride > 1) : !undilated) return false;
  if (typeof pad !== 'number') return true;
  return numericPad && [kernel, strides, dilations].every(([vertical, horizontal]) => vertical === horizontal);
}
