// Every native kernel beside tfjs's own, and the memory that tensors share or do not share.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers'; // registers the gradients
import test, {type ExecutionContext} from 'ava';
import '../../../src/tfjs/index.ts';

type Inputs = readonly tf.Tensor[];

const shaped = (shape: readonly number[], values: (i: number) => number): tf.Tensor => {
  const length = shape.reduce((product, size) => product * size, 1);
  return tf.tensor(
    Float32Array.from({length}, (_, i) => values(i)),
    [...shape],
  );
};
const random = (...shape: number[]): tf.Tensor => tf.randomNormal(shape, 0, 2, 'float32', 3 + shape.length);
/** Numbers with NaN, infinities and zeros among them. */
const awkward = (...shape: number[]): tf.Tensor =>
  shaped(shape, i => [NaN, Infinity, -Infinity, 0, -0, 6, 7][i % 11] ?? Math.sin(i) * 8);

function valuesOn(backend: string, run: (...inputs: Inputs) => tf.Tensor, inputs: Inputs): tf.Tensor {
  void tf.setBackend(backend);
  return tf.tidy(() => run(...inputs.map(x => tf.tensor(x.dataSync(), x.shape, x.dtype))));
}

function same(t: ExecutionContext, name: string, run: (...inputs: Inputs) => tf.Tensor, ...inputs: Inputs): void {
  const [expected, actual] = ['cpu', 'densecrf'].map(backend => valuesOn(backend, run, inputs));
  t.deepEqual(actual?.shape, expected?.shape, name);
  t.is(actual?.dtype, expected?.dtype, name);
  const [a, b] = [expected!.dataSync(), actual!.dataSync()];
  const isClose = (x: number, y: number): boolean => x === y || (x !== x && y !== y) || Math.abs(x - y) <= 1e-5 * Math.max(1, Math.abs(x)); // prettier-ignore
  const wrong = a.findIndex((value, i) => !isClose(value, b[i]!));
  t.is(wrong, -1, `${name} at ${wrong}: ${b[wrong]} is not ${a[wrong]}`);
  tf.dispose([expected!, actual!]);
}

test.serial('functions of two numbers, over every kind of broadcast', t => {
  const shapes = [
    [[2, 5, 4, 3], [2, 5, 4, 3]],
    [[2, 5, 4, 3], [3]],
    [[3], [2, 5, 4, 3]],
    [[2, 5, 4, 3], []],
    [[2, 5, 4, 3], [2, 1, 1, 3]],
    [[2, 5, 4, 3], [5, 4, 1]],
    [[2, 1, 4, 1], [1, 5, 1, 3]],
    [[2, 1, 4, 1, 3], [5, 1, 6, 1]],
    [[1, 1], [1]],
    [[700], [700]],
  ] as const; // prettier-ignore
  const functions = {add: tf.add, sub: tf.sub, mul: tf.mul, div: tf.div, maximum: tf.maximum, minimum: tf.minimum, squaredDifference: tf.squaredDifference, prelu: tf.prelu}; // prettier-ignore
  for (const [name, run] of Object.entries(functions)) {
    for (const [a, b] of shapes) {
      if (name === 'prelu' && a.length < b.length) continue;
      same(t, `${name} ${a.join('x')} ${b.join('x')}`, (x, y) => run(x, y), awkward(...a), random(...b));
    }
  }
});

test.serial('functions of one number, NaN and infinities too', t => {
  const functions = {relu: tf.relu, relu6: tf.relu6, elu: tf.elu, sigmoid: tf.sigmoid, step: tf.step, square: tf.square, sqrt: tf.sqrt, rsqrt: tf.rsqrt, neg: tf.neg, abs: tf.abs}; // prettier-ignore
  for (const [name, run] of Object.entries(functions)) same(t, name, x => run(x), awkward(3, 77));
  same(t, 'leakyRelu', x => tf.leakyRelu(x, 0.3), awkward(3, 77));
});

test.serial('batch norm, with and without scale and offset', t => {
  const [x, mean, offset, scale] = [random(2, 3, 4, 5), random(5), random(5), random(5)];
  const variance = tf.abs(random(5));
  same(t, 'all', (a, b, c, d, e) => tf.batchNorm(a as tf.Tensor4D, b as tf.Tensor1D, c as tf.Tensor1D, d as tf.Tensor1D, e as tf.Tensor1D, 0.01), x, mean, variance, offset, scale); // prettier-ignore
  same(t, 'bare', (a, b, c) => tf.batchNorm(a as tf.Tensor4D, b as tf.Tensor1D, c as tf.Tensor1D), x, mean, variance);
});

test.serial('concatenation, slices, padding and transposition', t => {
  const x = random(2, 3, 4, 5);
  for (const axis of [0, 1, 2, 3]) {
    const other = x.shape.map((size, i) => (i === axis ? size + 2 : size));
    same(t, `concat ${axis}`, (a, b) => tf.concat([a, b, a], axis), x, random(...other));
    const perm = [0, 1, 2, 3].map(i => (i + axis) % 4);
    same(t, `transpose ${perm.join()}`, a => tf.transpose(a, perm), x);
  }
  same(t, 'slice', a => tf.slice(a, [1, 0, 1, 2], [1, 2, -1, 3]), x);
  same(t, 'slice of the whole', a => tf.slice(a, [0, 0, 0, 0], [2, 3, 4, 5]), x);
  same(t, 'pad', a => tf.pad(a, [[0, 1], [2, 0], [0, 0], [1, 3]], 1.5), x); // prettier-ignore
});

test.serial('a tensor repeated along its axes', t => {
  for (const [shape, reps] of [
    [
      [2, 1, 1, 5],
      [1, 3, 4, 1],
    ],
    [
      [2, 3, 4],
      [2, 1, 3],
    ],
    [[7], [4]],
    [
      [2, 3],
      [1, 1],
    ],
    [
      [2, 2, 2, 2],
      [2, 3, 2, 3],
    ],
    [
      [3, 1],
      [1, 5],
    ],
  ] as const) {
    // prettier-ignore
    same(t, `tile ${shape.join('x')} by ${reps.join('x')}`, v => tf.tile(v, [...reps]), awkward(...shape));
  }
});

test.serial('parts of a tensor, equal and not, along each axis', t => {
  const x = awkward(4, 6, 2, 5);
  for (const [axis, sizes] of [
    [0, 2],
    [1, [1, 3, 2]],
    [1, [4, -1]],
    [2, 1],
    [3, [2, 3]],
    [-1, 5],
  ] as const) {
    // prettier-ignore
    const parts = (): number | number[] => (typeof sizes === 'number' ? sizes : [...sizes]);
    const count = typeof sizes === 'number' ? sizes : sizes.length;
    for (let i = 0; i < count; ++i) same(t, `part ${i} along ${axis}`, v => tf.split(v, parts(), axis)[i]!, x);
  }
});

test.serial('space to batch and back, with padding and crops', t => {
  const x = random(2, 6, 7, 3);
  same(t, 'there', a => tf.spaceToBatchND(a, [2, 3], [[1, 1], [2, 0]]), x); // prettier-ignore
  same(t, 'back', a => tf.batchToSpaceND(a, [2, 3], [[1, 1], [0, 2]]), random(12, 4, 3, 2)); // prettier-ignore
});

test.serial('sums, means, argmax and softmax', t => {
  const x = random(2, 5, 6, 9);
  for (const axes of [[1, 2], [0], [0, 1, 2], [3], [0, 2], undefined]) {
    for (const keepDims of [false, true]) {
      same(t, `mean ${String(axes)}`, a => tf.mean(a, axes, keepDims), x);
      same(t, `sum ${String(axes)}`, a => tf.sum(a, axes, keepDims), x);
    }
  }
  same(t, 'argMax', a => tf.argMax(a, 3), x);
  same(t, 'argMax of another axis', a => tf.argMax(a, 1), x);
  same(t, 'softmax', a => tf.softmax(a), x);
});

test.serial('pools and resizing, and their gradients', t => {
  const x = random(2, 9, 8, 5);
  for (const pad of ['same', 'valid', 1] as const) {
    for (const strides of [1, 2]) {
      const pools = {
        max: (a: tf.Tensor) => tf.maxPool(a as tf.Tensor4D, 3, strides, pad),
        average: (a: tf.Tensor) => tf.avgPool(a as tf.Tensor4D, 3, strides, pad),
      };
      for (const [name, pool] of Object.entries(pools)) {
        same(t, `${name} pool ${pad} ${strides}`, a => pool(a), x);
        same(t, `gradient of ${name} pool ${pad} ${strides}`, a => tf.grad(b => tf.sum(tf.square(pool(b))))(a), x);
      }
    }
  }
  for (const alignCorners of [false, true]) {
    const resize = (a: tf.Tensor): tf.Tensor => tf.image.resizeBilinear(a as tf.Tensor4D, [13, 21], alignCorners);
    same(t, 'resizeBilinear', a => resize(a), x);
    // Of a square picture: of another, tfjs's own has height and width exchanged.
    same(t, 'gradient of resizeBilinear', a => tf.grad(b => tf.sum(tf.square(resize(b))))(a), random(2, 9, 9, 5));
  }
});

test.serial('products of matrices, turned, in batches, with what follows', t => {
  const shapes = [[[4, 3], [3, 5], false, false], [[3, 4], [5, 3], true, true], [[2, 4, 3], [3, 5], false, false], [[2, 3, 4], [2, 5, 3], true, true]] as const; // prettier-ignore
  for (const [a, b, left, right] of shapes) {
    same(t, `matMul ${a.join()} ${b.join()}`, (x, y) => tf.matMul(x, y, left, right), random(...a), random(...b));
  }
  const fused = (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor): tf.Tensor => tf.fused.matMul({a, b, bias, activation: 'relu', transposeA: false, transposeB: false}); // prettier-ignore
  same(t, 'fused matMul', (x, y, bias) => fused(x, y, bias), random(4, 3), random(3, 5), random(5));
});

test.serial('what somebody has looked at is never written again', t => {
  void tf.setBackend('densecrf');
  const x = shaped([100, 100], i => i);
  const y = tf.neg(x);
  const kept = y.dataSync();
  const [first, last] = [kept[1], kept[9999]];
  y.dispose();
  for (let i = 0; i < 5; ++i) tf.square(x).dispose();
  t.deepEqual([kept[1], kept[9999]], [first, last]);
  x.dispose();
});

test.serial('memory of tensors that nobody has looked at serves again', t => {
  void tf.setBackend('densecrf');
  const x = shaped([300, 300], i => i);
  const seen = new Set<ArrayBufferLike>();
  for (let i = 0; i < 4; ++i) {
    tf.neg(x).dispose();
    const y = tf.square(x);
    seen.add(y.dataSync().buffer);
    y.dispose();
  }
  t.is(seen.size, 4);
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 200; ++i) tf.neg(x).dispose();
  t.true(process.memoryUsage().arrayBuffers - before < 3 * 4 * 300 * 300);
  x.dispose();
});

test.serial('a clone keeps the data when the original goes', t => {
  void tf.setBackend('densecrf');
  const x = shaped([100, 100], i => i);
  const y = tf.neg(x);
  const clone = y.clone();
  y.dispose();
  tf.square(x).dispose();
  t.is(clone.dataSync()[7], -7);
  tf.dispose([x, clone]);
});
