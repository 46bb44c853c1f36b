import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {
  atrousConv2d,
  atrousDepthwiseConv2d,
  type AtrousOptions,
  atrousSeparableConv2d,
} from '../../../../src/deeplab/index.ts';
import {difference, random1D, random4D, useBackend} from '../tensors.ts';

test.before(useBackend);

type Convolution = (x: tf.Tensor4D, filter: tf.Tensor4D, options: AtrousOptions) => tf.Tensor4D;

/** The filter with its holes written out as zeros: what TensorFlow.js computes and differentiates without dilations. */
function withHoles(filter: tf.Tensor4D, rate: number): tf.Tensor4D {
  const [rows, columns, inputs, outputs] = filter.shape;
  const spread = tf.tensor2d(holes(rows, rate)) as tf.Tensor;
  const across = tf.tensor2d(holes(columns, rate)) as tf.Tensor;
  const byRow = tf.matMul(spread, tf.reshape(filter, [rows, -1]), true, false);
  const turned = tf.transpose(tf.reshape(byRow, [-1, columns, inputs * outputs]), [1, 0, 2]);
  const byColumn = tf.matMul(across, tf.reshape(turned, [columns, -1]), true, false);
  const size = (taps: number): number => (taps - 1) * rate + 1;
  const back = tf.transpose(tf.reshape(byColumn, [size(columns), size(rows), inputs * outputs]), [1, 0, 2]);
  return tf.reshape<tf.Rank.R4>(back, [size(rows), size(columns), inputs, outputs]);
}

/** A row for each tap, with a 1 where the tap goes. */
function holes(taps: number, rate: number): number[][] {
  const length = (taps - 1) * rate + 1;
  return Array.from({length: taps}, (_, tap) => Array.from({length}, (__, i) => (i === tap * rate ? 1 : 0)));
}

const kinds: Record<
  string,
  {ours: Convolution; theirs: Convolution; filter: (rows: number, columns: number) => tf.Tensor4D}
> = {
  atrousConv2d: {
    ours: atrousConv2d,
    theirs: (x, filter, {strides = 1, pad = 'same'}) => tf.conv2d(x, filter, strides, pad),
    filter: (rows, columns) => random4D([rows, columns, 3, 5], 7),
  },
  atrousDepthwiseConv2d: {
    ours: atrousDepthwiseConv2d,
    theirs: (x, filter, {strides = 1, pad = 'same'}) => tf.depthwiseConv2d(x, filter, strides, pad),
    filter: (rows, columns) => random4D([rows, columns, 3, 1], 7),
  },
  'atrousDepthwiseConv2d, two outputs each': {
    ours: atrousDepthwiseConv2d,
    theirs: (x, filter, {strides = 1, pad = 'same'}) => tf.depthwiseConv2d(x, filter, strides, pad),
    filter: (rows, columns) => random4D([rows, columns, 3, 2], 7),
  },
};

for (const [name, {ours, theirs, filter: make}] of Object.entries(kinds)) {
  for (const pad of ['same', 'valid'] as const) {
    for (const [rate, taps, strides] of [
      [1, 3, 1],
      [1, 3, 2],
      [2, 3, 1],
      [3, 2, 1],
      [5, 3, 1],
      [12, 3, 1],
    ] as const) {
      const fits = pad === 'same' || rate * (taps - 1) < 9;
      const title = `${name}: as a filter with zeros in its holes, with its gradients: rate ${rate}, ${taps} taps, strides ${strides}, ${pad}`;
      if (!fits) continue;
      test.serial(title, t => {
        tf.tidy(() => {
          const x = random4D([2, 9, 11, 3]);
          const filter = make(taps, taps);
          const run = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D => ours(a, b, {rate, pad, strides});
          const oracle = (a: tf.Tensor4D, b: tf.Tensor4D): tf.Tensor4D => theirs(a, withHoles(b, rate), {pad, strides});
          t.true(difference(run(x, filter), oracle(x, filter)) < 1e-4);
          const dy = random4D(oracle(x, filter).shape, 9);
          const [dx, dFilter] = tf.grads((a, b) => run(a as tf.Tensor4D, b as tf.Tensor4D))([x, filter], dy);
          const [ex, eFilter] = tf.grads((a, b) => oracle(a as tf.Tensor4D, b as tf.Tensor4D))([x, filter], dy);
          t.true(difference(dx!, ex!) < 1e-4, 'by x');
          t.true(difference(dFilter!, eFilter!) < 1e-3, 'by the filter');
        });
      });
    }
  }
}

test.serial('bias and activation come after the convolution', t => {
  tf.tidy(() => {
    const [x, filter, bias] = [random4D([1, 7, 7, 3]), random4D([3, 3, 3, 4]), random1D(4)];
    const plain = tf.relu6(tf.add(atrousConv2d(x, filter, {rate: 2}), bias));
    t.true(difference(atrousConv2d(x, filter, {rate: 2, bias, activation: 'relu6'}), plain) < 1e-5);
  });
});

for (const activation of ['relu', 'relu6'] as const) {
  test.serial(`gradients through bias and ${activation}`, t => {
    tf.tidy(() => {
      const [x, filter, bias] = [random4D([1, 7, 7, 3]), tf.mul<tf.Tensor4D>(random4D([3, 3, 3, 4]), 4), random1D(4)];
      const dy = random4D([1, 7, 7, 4], 9);
      const ours = tf.grads((a, b, c) =>
        atrousConv2d(a as tf.Tensor4D, b as tf.Tensor4D, {rate: 2, bias: c as tf.Tensor1D, activation}),
      )([x, filter, bias], dy);
      const theirs = tf.grads((a, b, c) =>
        tf[activation](tf.add(tf.conv2d(a as tf.Tensor4D, withHoles(b as tf.Tensor4D, 2), 1, 'same'), c)),
      )([x, filter, bias], dy);
      ours.forEach((gradient, i) => t.true(difference(gradient, theirs[i]!) < 1e-3));
    });
  });
}

test.serial('a separable convolution is a depthwise and a pointwise one', t => {
  tf.tidy(() => {
    const [x, depthwise, pointwise] = [random4D([1, 9, 9, 3]), random4D([3, 3, 3, 1]), random4D([1, 1, 3, 6])];
    const apart = tf.relu(tf.conv2d(tf.depthwiseConv2d(x, depthwise, 1, 'same', 'NHWC', 4), pointwise, 1, 'same'));
    const together = atrousSeparableConv2d(x, depthwise, pointwise, {rate: 4, activation: 'relu'});
    t.true(difference(together, apart) < 1e-5);
  });
});

test.serial('bad arguments are named', t => {
  const [x, filter] = [random4D([1, 7, 7, 3]), random4D([3, 3, 4, 4])];
  const good = random4D([3, 3, 3, 4]);
  t.throws(() => atrousConv2d(x, filter), {code: 'ERR_INVALID_SHAPE', message: /filter.*3 inputs.*\[3, 3, 4, 4\]/});
  t.throws(() => atrousConv2d(x, good, {rate: 2, strides: 2}), {code: 'ERR_OUT_OF_RANGE', message: /strides/});
  t.throws(() => atrousConv2d(x, good, {rate: 0}), {code: 'ERR_OUT_OF_RANGE', message: /options\.rate/});
  t.throws(() => atrousConv2d(x, good, Object.assign({rate: 2}, {dilations: 2})), {code: 'ERR_UNKNOWN_OPTION'});
  tf.dispose([x, filter, good]);
});
