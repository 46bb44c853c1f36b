// Plans of a filter: kept, remade for another number of threads, dropped.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import test from 'ava';
import {concurrency} from '../../../src/index.ts';
import type {Layer} from '../../../src/ops/layer.ts';
import type {Shape} from '../../../src/ops/tensor.ts';
import {hasPlans, type PackedLayer, planFor} from '../../../src/tfjs/plans.ts';
import '../../../src/tfjs/index.ts';

const CHANNELS = 24;

/** A convolution of a square picture. */
function layerOf(filter: tf.Tensor, size: number): Layer<Shape> {
  const shape = [1, size, size, CHANNELS];
  const sides = {kernelHeight: 3, kernelWidth: 3, strideY: 1, strideX: 1, dilationY: 2, dilationX: 2};
  const input = {batch: 1, height: size, width: size, channels: CHANNELS, padTop: 2, padLeft: 2};
  const output = {outHeight: size, outWidth: size, outChannels: CHANNELS};
  return {
    native: {
      op: 'conv2d',
      shape: {...input, ...sides, ...output},
      filter: filter.dataSync<'float32'>(),
      epilogue: {bias: null, activation: 'none', slope: 0, slopes: null},
      exact: false,
      maxBytes: 0,
    },
    inputName: 'x',
    inputShape: shape,
    outputShape: shape,
  };
}

test.serial('a plan is made once, for as many threads as there are when it runs', async t => {
  await tf.setBackend('densecrf');
  const before = concurrency();
  const filter = tf.randomNormal([3, 3, CHANNELS, CHANNELS]);
  let made = 0;
  const plan = (size: number): PackedLayer =>
    planFor(filter, String(size), [], () => {
      made += 1;
      return layerOf(filter, size);
    });
  const bytes: number[] = [];
  for (const threads of [1, 4, 1]) {
    concurrency(threads);
    made = 0;
    for (const size of [33, 65, 33, 65, 65]) plan(size);
    t.is(made, 2, `${threads} threads`);
    bytes.push(plan(65).plan.bytes());
  }
  const [one = 0, four = 0, again = 0] = bytes;
  t.true(four > one, `${four} bytes for four threads, ${one} for one`);
  t.is(again, one);
  concurrency(before);
  t.true(hasPlans(filter.dataId));
  filter.dispose();
  t.false(hasPlans(filter.dataId));
});

test.serial('a convolution gives the same after the number of threads has changed', async t => {
  await tf.setBackend('densecrf');
  const before = concurrency();
  const [x, filter] = [tf.randomNormal<tf.Rank.R4>([1, 41, 43, 24]), tf.randomNormal<tf.Rank.R4>([3, 3, 24, 40])];
  const results = [1, 3, 2, 1].map(threads => {
    concurrency(threads);
    return tf.tidy(() => tf.conv2d(x, filter, 1, 'same', 'NHWC', 4).dataSync());
  });
  concurrency(before);
  const [expected] = results;
  for (const result of results) t.true(result.every((value, i) => Math.abs(value - expected![i]!) <= 1e-4));
  tf.dispose([x, filter]);
});
