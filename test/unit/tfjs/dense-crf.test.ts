import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {refineSync} from '../../../src/index.ts';
import {denseCrf, denseCrfAsync} from '../../../src/tfjs/index.ts';

const [batch, height, width, labels] = [2, 12, 9, 3];

function scene(): {logits: tf.Tensor4D; image: tf.Tensor4D} {
  const logits = tf.randomNormal<tf.Rank.R4>([batch, height, width, labels], 0, 2, 'float32', 1);
  return {logits, image: tf.randomUniform<tf.Rank.R4>([batch, height, width, 3], 0, 255, 'float32', 2)};
}

for (const backend of ['densecrf', 'cpu']) {
  test.serial(`refines as refine does, sync and async, one picture or a batch, on ${backend}`, async t => {
    await tf.setBackend(backend);
    const {logits, image} = scene();
    const probabilities = tf.softmax(logits);
    const options = {preset: 'deeplab-v1', iterations: 3} as const;
    const refined = denseCrf(probabilities, image, options);
    t.deepEqual(refined.shape, [batch, height, width, labels]);
    const size = height * width;
    for (let i = 0; i < batch; ++i) {
      const expected = refineSync({
        ...{...options, width, height},
        image: (image.dataSync() as Float32Array).slice(3 * size * i, 3 * size * (i + 1)),
        probabilities: (probabilities.dataSync() as Float32Array).slice(labels * size * i, labels * size * (i + 1)),
      });
      t.deepEqual(refined.dataSync().slice(labels * size * i, labels * size * (i + 1)), expected.probabilities);
    }
    const done: [number, number][] = [];
    const later = await denseCrfAsync(probabilities, image, {...options, onProgress: (...now) => done.push(now)});
    t.deepEqual(later.dataSync(), refined.dataSync());
    t.deepEqual(done.at(-1), [6, 6]);
    const first = tf.squeeze<tf.Tensor3D>(tf.slice(probabilities, 0, 1), [0]);
    const one = denseCrf(first, tf.squeeze(tf.slice(image, 0, 1), [0]), options);
    t.deepEqual(one.shape, [height, width, labels]);
    t.deepEqual(one.dataSync(), refined.dataSync().slice(0, one.size));
    const scores = denseCrf(logits, image, {...options, from: 'logits'});
    t.true(tf.max(tf.abs(tf.sub(scores, refined))).dataSync()[0]! < 1e-5);
  });
}

test.serial('integers are a picture too; tidy frees what is not returned, and nothing leaks', async t => {
  await tf.setBackend('densecrf');
  const {logits, image} = scene();
  const before = tf.memory().numTensors;
  const kept = tf.tidy(() => denseCrf(tf.softmax(logits), tf.cast(image, 'int32'), {iterations: 2}));
  t.is(tf.memory().numTensors, before + 1);
  t.false(kept.isDisposed);
  tf.tidy(() => void denseCrf(tf.softmax(logits), image));
  kept.dispose();
  const probabilities = tf.softmax(logits);
  const promise = denseCrfAsync(probabilities, image);
  probabilities.dispose();
  (await promise).dispose();
  t.is(tf.memory().numTensors, before);
});

test.serial('an abort rejects with its reason', async t => {
  const {logits, image} = scene();
  const reason = new Error('enough');
  const options = {from: 'logits', signal: AbortSignal.abort(reason)} as const;
  t.is(await t.throwsAsync(denseCrfAsync(logits, image, options)), reason);
});

test.serial('names the argument that is wrong', t => {
  const {logits, image} = scene();
  const probabilities = tf.softmax(logits);
  const wrong = (given: Parameters<typeof denseCrf>, code: string, message: RegExp): void => {
    t.throws(() => denseCrf(...given), {code, message});
  };
  wrong([logits, image], 'ERR_OUT_OF_RANGE', /probabilities.*logits/);
  wrong(
    [tf.cast(logits, 'int32'), image],
    'ERR_INVALID_TYPE',
    /probabilities to be a tensor of float32 but received one of int32/,
  );
  wrong([probabilities, tf.cast(image, 'bool')], 'ERR_INVALID_TYPE', /image to be a tensor of float32 or int32/);
  wrong([tf.zeros([4, 4]), image], 'ERR_INVALID_SHAPE', /probabilities .*\[4, 4\]/);
  const small = tf.slice(image, 0, [batch, height, width - 1, 3]);
  wrong([probabilities, small], 'ERR_INVALID_SHAPE', /image to be of shape \[2, 12, 9, 3\].*\[2, 12, 8, 3\]/);
  wrong([probabilities, tf.squeeze(tf.slice(image, 0, 1), [0])], 'ERR_INVALID_SHAPE', /image to be of shape/);
  const gone = tf.clone(image);
  gone.dispose();
  wrong([probabilities, gone], 'ERR_DISPOSED', /image/);
  // @ts-expect-error: arrays are for refine
  wrong([null, image], 'ERR_INVALID_TYPE', /probabilities to be a tensor/);
  // @ts-expect-error: a misspelt option
  wrong([probabilities, image, {presett: 'deeplab-v1'}], 'ERR_UNKNOWN_OPTION', /did you mean 'preset'/);
});
