// Tensors over arrays that their owner sends away, resizes or shares, and tensors that are gone: right results or clear errors.
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {accelerate} from '../../../src/tfjs/index.ts';
import {settings} from './backends.ts';

const SHAPE: [number, number, number, number] = [1, 4, 4, 4];
const SIZE = 64;
const values = Float32Array.from({length: SIZE}, (_, i) => Math.sin(i));

const filter = (): tf.Tensor4D => tf.ones([3, 3, 4, 5]);
const vector = (value: number): tf.Tensor1D => tf.fill([4], value);

/** A call of each family of native kernels. */
const calls: Readonly<Record<string, (x: tf.Tensor4D) => tf.Tensor>> = {
  conv2d: x => tf.conv2d(x, filter(), 1, 'same'),
  'conv2d, as its filter': x => tf.conv2d(tf.ones<tf.Rank.R4>([1, 9, 9, 4]), tf.reshape(x, [2, 2, 4, 4]), 1, 'same'),
  depthwiseConv2d: x => tf.depthwiseConv2d(x, tf.ones([3, 3, 4, 1]), 1, 'same', 'NHWC', 2),
  add: x => tf.add(x, 1),
  relu: x => tf.relu(x),
  batchNorm: x => tf.batchNorm(x, vector(0), vector(1)),
  maxPool: x => tf.maxPool(x, 2, 2, 'same'),
  resizeBilinear: x => tf.image.resizeBilinear(x, [7, 7]),
  argMax: x => tf.argMax(x, -1),
  softmax: x => tf.softmax(x),
  mean: x => tf.mean(tf.concat([x, x], 3), [1, 2]),
  slice: x => tf.slice(x, [0, 0, 0, 0], [1, 2, 2, 2]),
  transpose: x => tf.transpose(x, [0, 3, 1, 2]),
  split: x => tf.split(x, 2, 3)[1]!,
  matMul: x => tf.matMul(tf.reshape(x, [16, 4]), tf.ones([4, 5])),
  spaceToBatch: x => tf.spaceToBatchND(x, [2, 2], [[0, 0], [0, 0]]), // prettier-ignore
};

const reshaping = ['conv2d, as its filter', 'matMul'];

interface Hostile {
  array: Float32Array;
  /** What its owner does once there is a tensor of it. */
  strike?: () => void;
}

/** A buffer that can be resized; Node.js 20 has them, the types of its TypeScript do not. */
function resizable(): {buffer: ArrayBuffer; resize: (bytes: number) => void} {
  const buffer: unknown = Reflect.construct(ArrayBuffer, [4 * SIZE, {maxByteLength: 8 * SIZE}]);
  if (!(buffer instanceof ArrayBuffer)) throw new TypeError('no ArrayBuffer');
  return {buffer, resize: bytes => void Reflect.apply(Reflect.get(buffer, 'resize') as () => void, buffer, [bytes])};
}

function filled(array: Float32Array): Float32Array {
  array.set(values);
  return array;
}

const stable: Readonly<Record<string, () => Hostile>> = {
  'a SharedArrayBuffer': () => ({array: filled(new Float32Array(new SharedArrayBuffer(4 * SIZE)))}),
  'a resizable ArrayBuffer': () => ({array: filled(new Float32Array(resizable().buffer))}),
};

const broken: Readonly<Record<string, () => Hostile>> = {
  'an array that was sent away': () => {
    const array = values.slice();
    return {array, strike: () => structuredClone(array, {transfer: [array.buffer]})};
  },
  'an array that shrank': () => {
    const {buffer, resize} = resizable();
    return {array: filled(new Float32Array(buffer)), strike: () => resize(16)};
  },
  'an array that grew': () => {
    const {buffer, resize} = resizable();
    return {array: filled(new Float32Array(buffer)), strike: () => resize(8 * SIZE)};
  },
};

/** Runs a call on such a tensor. @returns its values, or the code and message of its error */
function attempt(make: () => Hostile, call: (x: tf.Tensor4D) => tf.Tensor): number[] | string {
  try {
    return tf.tidy(() => {
      const {array, strike} = make();
      const x = tf.tensor4d(array, SHAPE);
      strike?.();
      return Array.from(call(x).dataSync());
    });
  } catch (error) {
    return error instanceof Error ? `${'code' in error ? String(error.code) : ''} ${error.message}` : String(error);
  }
}

for (const {backend, isAccelerated} of settings.filter(({isNative}) => isNative)) {
  const name = `${backend}${isAccelerated ? ', accelerated' : ''}`;

  test.serial(`${name}: memory that others may change gives what plain memory gives`, async t => {
    await tf.setBackend(backend);
    const restore = isAccelerated ? accelerate(backend) : undefined;
    for (const [title, call] of Object.entries(calls)) {
      const expected = attempt(() => ({array: values.slice()}), call);
      t.false(typeof expected === 'string', `${title}: ${String(expected)}`);
      for (const [what, make] of Object.entries(stable))
        t.deepEqual(attempt(make, call), expected, `${title} on ${what}`);
    }
    restore?.();
  });

  test.serial(
    `${name}: an array that is gone or has another length is an error, where the backend did not copy it`,
    async t => {
      await tf.setBackend(backend);
      const restore = isAccelerated ? accelerate(backend) : undefined;
      for (const [title, call] of Object.entries(calls)) {
        const expected = attempt(() => ({array: values.slice()}), call);
        for (const [what, make] of Object.entries(broken)) {
          const actual = attempt(make, call);
          // wasm copies values into its heap. TensorFlow itself refuses what a kernel that is not native gives it.
          if (backend === 'wasm') t.deepEqual(actual, expected, `${title} on ${what}`);
        else t.regex(String(actual), /^ERR_DETACHED Expected a tensor of shape \[.*\] to have 64 values but received \d+: the array|bindData/, `${title} on ${what}`); // prettier-ignore
        }
      }
      restore?.();
    },
  );

  test.serial(`${name}: a tensor that is gone is named`, async t => {
    await tf.setBackend(backend);
    const restore = isAccelerated ? accelerate(backend) : undefined;
    // Reshape is tfjs's own kernel, which fails inside.
    for (const [title, call] of Object.entries(calls).filter(([title]) => !reshaping.includes(title))) {
      const gone = (): tf.Tensor4D => {
        const x = tf.tensor4d(values.slice(), SHAPE);
        x.dispose();
        return x;
      };
      t.throws(() => tf.tidy(() => call(gone())), {message: /disposed/}, title);
    }
    restore?.();
  });
}

test.serial('an array that dataSync() gave and that was sent away is an error, not another tensor', async t => {
  await tf.setBackend('densecrf');
  const y = tf.relu(tf.randomNormal([128, 128]));
  const given = y.dataSync();
  const {buffer} = given;
  if (buffer instanceof ArrayBuffer) structuredClone(given, {transfer: [buffer]});
  t.is(given.length, 0);
  t.throws(() => tf.neg(y), {code: 'ERR_DETACHED'});
  y.dispose();
  tf.zeros([128, 128]).dispose();
});
