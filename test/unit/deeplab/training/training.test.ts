import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import test from 'ava';
import * as deeplab from '../../../../src/deeplab/index.ts';
import {difference, only, random4D, useBackend} from '../tensors.ts';

test.before(useBackend);

test('the poly learning rate', t => {
  const rateAt = deeplab.polyLearningRate({base: 0.01, steps: 100});
  t.is(rateAt(0), 0.01);
  t.true(Math.abs(rateAt(50) - 0.01 * 0.5 ** 0.9) < 1e-9);
  t.is(rateAt(100), 0);
  t.is(rateAt(101), 0);
  t.throws(() => deeplab.polyLearningRate({base: 0, steps: 3}), {code: 'ERR_OUT_OF_RANGE', message: /options\.base/});
  t.throws(() => deeplab.polyLearningRate({base: 1, steps: 0.5}), {
    code: 'ERR_OUT_OF_RANGE',
    message: /options\.steps/,
  });
  t.throws(() => deeplab.polyLearningRate({base: 1, steps: 5, powr: 1} as never), {code: 'ERR_UNKNOWN_OPTION'});
});

test('when batch normalization is frozen', t => {
  t.true(deeplab.freezesBatchNorm({outputStride: 8, batchSize: 16}));
  t.true(deeplab.freezesBatchNorm({outputStride: 16, batchSize: 4}));
  t.false(deeplab.freezesBatchNorm({outputStride: 16, batchSize: 16}));
});

const LABELS = [0, 1, 2, 255, 1, 1, 255, 0, 2, 2, 1, 0];

/** The mean loss of the pixels that have a class, in double precision. */
function oracle(scores: tf.Tensor4D, labels: readonly number[]): number {
  const values = Array.from(scores.dataSync());
  const classes = scores.shape[3];
  const losses = labels.flatMap((label, pixel) => {
    if (label >= classes) return [];
    const row = values.slice(pixel * classes, (pixel + 1) * classes);
    return [Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - row[label]!];
  });
  return losses.reduce((sum, value) => sum + value, 0) / losses.length;
}

test.serial('cross-entropy is the mean over pixels that are not void', t => {
  tf.tidy(() => {
    const scores = random4D([1, 4, 3, 3]);
    const labels = tf.tensor3d(LABELS, [1, 4, 3], 'int32');
    const loss = deeplab.segmentationLoss();
    const expected = oracle(scores, LABELS);
    for (const form of [
      labels,
      tf.reshape(labels, [1, 4, 3, 1]),
      tf.cast(labels, 'float32'),
      deeplab.oneHotLabels(labels, 3),
    ]) {
      t.true(Math.abs(loss(form, scores).dataSync()[0]! - expected) < 1e-5);
    }
    const zeroIsVoid = deeplab.segmentationLoss({voidLabel: 0})(labels, scores).dataSync()[0]!;
    t.true(
      Math.abs(
        zeroIsVoid -
          oracle(
            scores,
            LABELS.map(label => label || 255),
          ),
      ) < 1e-5,
    );
    t.is(Math.abs(loss(tf.fill([1, 4, 3], 255, 'int32'), scores).dataSync()[0]!), 0);
  });
});

test.serial("its gradient is the operators' own", t => {
  tf.tidy(() => {
    const scores = random4D([1, 4, 3, 3]);
    const labels = tf.tensor3d(LABELS, [1, 4, 3], 'int32');
    const targets = deeplab.oneHotLabels(labels, 3);
    const loss = deeplab.segmentationLoss();
    const expected = tf.grad(x => tf.neg(tf.div(tf.sum(tf.mul(tf.logSoftmax(x), targets)), 10)))(scores);
    t.true(difference(tf.grad(x => loss(labels, x))(scores), expected) < 1e-6);
    t.is(difference(tf.grad(x => loss(tf.fill([1, 4, 3], 255, 'int32'), x))(scores), tf.zerosLike(scores)), 0);
  });
});

test.serial('labels of another size are refused', t => {
  const scores = tf.zeros<tf.Rank.R4>([1, 2, 2, 3]);
  const wrong = {code: 'ERR_INVALID_SHAPE', message: /\[1, 2, 2\].*received \[1, 3, 2\]/} as const;
  t.throws(() => deeplab.segmentationLoss()(tf.zeros([1, 3, 2]), scores), wrong);
});

/** A picture whose channels are its labels, so that what happens to one must happen to the other. */
function example(height: number, width: number): deeplab.Example {
  const values = Array.from({length: height * width}, (_, i) => (i % width) + 2 * Math.floor(i / width));
  const labels = tf.tensor2d(values, [height, width], 'int32');
  return {image: tf.cast<tf.Tensor3D>(tf.stack([labels, labels, labels], 2) as tf.Tensor3D, 'float32'), labels};
}

test.serial('augmentation does the same to a picture and its labels', t => {
  tf.tidy(() => {
    const given = example(8, 12);
    // Scale 1, mirrored, rows from the middle, columns from the end.
    const numbers = [0.5, 0.4, 0.5, 0.99];
    const {image, labels} = deeplab.augment(given, {
      size: [5, 6],
      scales: [1, 1, 1],
      random: () => numbers.shift() ?? 0,
    });
    const expected = tf.slice2d(tf.reverse2d(given.labels, 1), [2, 6], [5, 6]);
    t.is(difference(labels, expected), 0);
    t.is(labels.dtype, 'int32');
    t.is(difference(tf.slice3d(image, [0, 0, 2], [5, 6, 1]), tf.reshape(tf.cast(expected, 'float32'), [5, 6, 1])), 0);
  });
});

test.serial('augmentation scales, and surrounds small pictures with void', t => {
  tf.tidy(() => {
    const {image, labels} = deeplab.augment(example(9, 9), {
      size: 7,
      scales: [0.5],
      flip: false,
      fill: -1,
      random: () => 0,
    });
    // 9 rows at half the scale are 5, corners on corners.
    const expected = tf.pad(
      tf.stridedSlice(example(9, 9).labels, [0, 0], [9, 9], [2, 2]),
      [
        [0, 2],
        [0, 2],
      ],
      255,
    );
    t.is(difference(labels, expected), 0);
    t.deepEqual(image.shape, [7, 7, 3]);
    t.is(image.arraySync()[6]![6]![0], -1);
    const enlarged = deeplab.augment(example(9, 9), {size: 17, scales: [2], flip: false, random: () => 0});
    t.is(enlarged.image.arraySync()[1]![0]![0], 1, 'between 0 and 2');
  });
});

test.serial('augmentation refuses what does not fit together', t => {
  const {image, labels} = example(4, 4);
  const other = tf.slice2d(labels, [0, 0], [3, 4]);
  t.throws(() => deeplab.augment({image, labels: other}, {size: 3}), {
    code: 'ERR_INVALID_SHAPE',
    message: /\[4, 4, 3\].*\[3, 4\]/,
  });
  t.throws(() => deeplab.augment({image, labels}, {size: 0}), {code: 'ERR_OUT_OF_RANGE', message: /options\.size/});
  t.throws(() => deeplab.augment({image, labels}, {size: 3, scales: []}), {
    code: 'ERR_INVALID_SHAPE',
    message: /scales/,
  });
  t.throws(() => deeplab.augment({image, labels}, {size: 3, scales: [0]}), {
    code: 'ERR_OUT_OF_RANGE',
    message: /scales\[0\]/,
  });
});

/** The right half of each picture is bright and of class 1; the first row is void. */
function batch(): deeplab.Batch {
  return tf.tidy(() => {
    const right = Array.from({length: 2 * 17 * 17}, (_, i) => (i % 17 > 8 ? 1 : 0));
    const labels = tf.tensor3d(
      right.map((label, i) => (i % 289 < 17 ? 255 : label)),
      [2, 17, 17],
      'int32',
    );
    const bright = tf.tensor4d(right, [2, 17, 17, 1]);
    return {images: tf.add<tf.Tensor4D>(random4D([2, 17, 17, 3], 11), tf.mul(bright, 2)), labels};
  });
}

const smallModel = (): LayersModel =>
  deeplab.deeplabV3Plus({backbone: 'mobilenetV2', width: 0.25, classes: 2, momentum: 0.5, dropout: 0});

test.serial('training makes the loss fall and leaves nothing behind', async t => {
  const model = smallModel();
  const before = tf.memory().numTensors;
  const rates: number[] = [];
  const losses = await deeplab.train(model, batch, {
    steps: 12,
    learningRate: 0.05,
    onStep: ({learningRate}) => rates.push(learningRate),
  });
  t.is(losses.length, 12);
  t.true(losses.at(-1)! < 0.7 * losses[0]!, losses.join(' '));
  t.true(rates.every((rate, i) => i === 0 || rate < rates[i - 1]!));
  // TensorFlow.js' momentum optimizer leaves the scalar of its learning rate behind when it is disposed of.
  t.is(tf.memory().numTensors, before + 1);
  model.dispose();
});

test.serial('frozen batch normalization stays as it is in training, thawed it does not', async t => {
  const model = smallModel();
  const statistics = (): Float32Array => deeplab.weightsOf(model).get('MobilenetV2/Conv/BatchNorm/moving_mean')!.data;
  t.true(deeplab.freezeBatchNorm(model) > 50);
  const before = statistics();
  await deeplab.train(model, batch, {steps: 1, learningRate: 1e-3});
  t.deepEqual(statistics(), before);
  deeplab.freezeBatchNorm(model, false);
  await deeplab.train(model, batch, {steps: 1, learningRate: 1e-3});
  t.notDeepEqual(statistics(), before);
  model.dispose();
});

test.serial('fit trains too, with labels as one value per class', async t => {
  const model = smallModel();
  model.compile({optimizer: tf.train.momentum(0.05, 0.9), loss: deeplab.segmentationLoss()});
  const {images, labels} = batch();
  const targets = deeplab.oneHotLabels(labels, 2);
  const {history} = await model.fit(images, targets, {epochs: 5, batchSize: 2});
  const losses = history.loss!.map(Number);
  t.true(losses.at(-1)! < losses[0]!, losses.join(' '));
  model.dispose();
});

test.serial('training stops at an abort and at a loss that is no number', async t => {
  const model = smallModel();
  const controller = new AbortController();
  const options = {steps: 5, signal: controller.signal, onStep: () => controller.abort(new Error('enough'))};
  await t.throwsAsync(deeplab.train(model, batch, options), {message: 'enough'});
  model.weights.find(({originalName}) => originalName === 'logits/semantic/bias')?.write(tf.fill([2], NaN));
  await t.throwsAsync(deeplab.train(model, batch, {steps: 1}), {code: 'ERR_NOT_FINITE'});
  await t.throwsAsync(deeplab.train(model, batch, {steps: 0}), {code: 'ERR_OUT_OF_RANGE'});
  t.is(only(model.predict(random4D([1, 17, 17, 3]))).shape[3], 2);
  model.dispose();
});
