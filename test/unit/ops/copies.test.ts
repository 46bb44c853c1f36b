// Operators in the background work on copies: no array of the caller's reaches the thread that reads it.
import test, {type ExecutionContext} from 'ava';
import {native} from '../../../src/native/load.ts';
import * as ops from '../../../src/ops/index.ts';
import {Random} from './oracle.ts';

const random = new Random(11);
const x = random.tensor(1, 6, 5, 4);
const dense = random.tensor(3, 3, 4, 2);
const depthwise = random.tensor(3, 3, 4, 2);
const pointwise = random.tensor(1, 1, 8, 3);
const denseGradient = random.tensor(1, 4, 3, 2);
const depthwiseGradient = random.tensor(1, 4, 3, 8);
const bias = {two: random.floats(2), three: random.floats(3), eight: random.floats(8)};
const slopes = {three: random.floats(3), eight: random.floats(8)};
const given: readonly ArrayBufferView[] = [
  ...[x, dense, depthwise, pointwise, denseGradient, depthwiseGradient].map(({data}) => data),
  ...Object.values(bias),
  ...Object.values(slopes),
];

/** Every typed array in a value. */
function arraysIn(value: unknown): ArrayBufferView[] {
  if (ArrayBuffer.isView(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(arraysIn);
}

/** Makes a job function of the addon note the arrays that it is given. */
function watch(name: 'runLayerJob' | 'matMulJob' | 'filterGradientJob', seen: ArrayBufferView[]): void {
  const addon = native();
  const original: (...args: never[]) => unknown = addon[name].bind(addon);
  Object.defineProperty(addon, name, {
    value: (...args: never[]) => {
      seen.push(...arraysIn(args));
      return original(...args);
    },
  });
}

const seen: ArrayBufferView[] = [];
for (const name of ['runLayerJob', 'matMulJob', 'filterGradientJob'] as const) watch(name, seen);

async function onCopies(t: ExecutionContext, run: () => Promise<unknown>): Promise<void> {
  seen.length = 0;
  await run();
  t.true(seen.length >= 2);
  for (const array of seen) t.true(given.every(({buffer}) => buffer !== array.buffer));
}

const prelu = {activation: 'prelu'} as const;
const matrix = {data: x.data.subarray(0, 20), shape: [5, 4]} as const;
const right = {data: dense.data.subarray(0, 12), shape: [4, 3]} as const;

const runs: Record<string, () => Promise<unknown>> = {
  conv2d: () => ops.conv2dAsync(x, dense, {bias: bias.two}),
  depthwiseConv2d: () =>
    ops.depthwiseConv2dAsync(x, depthwise, {bias: bias.eight, ...prelu, preluActivationWeights: slopes.eight}),
  separableConv2d: () =>
    ops.separableConv2dAsync(x, depthwise, pointwise, {
      depthwise: {bias: bias.eight, ...prelu, preluActivationWeights: slopes.eight},
      bias: bias.three,
      ...prelu,
      preluActivationWeights: slopes.three,
    }),
  conv2dDerInput: () => ops.conv2dDerInputAsync(x.shape, denseGradient, dense),
  conv2dDerFilter: () => ops.conv2dDerFilterAsync(x, denseGradient, dense.shape),
  depthwiseConv2dNativeBackpropInput: () =>
    ops.depthwiseConv2dNativeBackpropInputAsync(x.shape, depthwiseGradient, depthwise),
  depthwiseConv2dNativeBackpropFilter: () =>
    ops.depthwiseConv2dNativeBackpropFilterAsync(x, depthwiseGradient, depthwise.shape),
  matMul: () => ops.matMulAsync(matrix, right, {bias: bias.three, ...prelu, preluActivationWeights: slopes.three}),
};

// One after the other: all write into one list.
for (const [name, run] of Object.entries(runs)) test.serial(`${name} in the background reads copies`, onCopies, run);
