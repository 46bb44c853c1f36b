// A rewritten graph on every backend whose convolutions are native gives what the graph as published gives on tfjs's cpu backend.
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {accelerate} from '../../../../src/tfjs/index.ts';
import {settings} from '../backends.ts';
import {both} from './builder.ts';
import {OUTPUTS, smallDeeplab} from './small-deeplab.ts';

const SEEDS = 12;

interface Answer {
  scores: Float32Array;
  labels: Int32Array;
}

function ask(model: Awaited<ReturnType<typeof both>>[0], picture: tf.TensorLike, shape: number[]): Answer {
  const x = tf.tensor(picture, shape, 'float32');
  const outputs = [model.execute(x, OUTPUTS)].flat();
  const [scores, labels] = outputs.map(y => y.dataSync());
  tf.dispose([x, outputs]);
  return {scores: Float32Array.from(scores!), labels: Int32Array.from(labels!)};
}

/** Of the scores, by the greatest of them. */
function largestDifference(a: Answer, b: Answer): number {
  const scale = Math.max(1, ...a.scores.map(Math.abs));
  return Math.max(...a.scores.map((value, i) => Math.abs(value - b.scores[i]!))) / scale;
}

for (const {backend, isAccelerated} of settings.filter(({isNative}) => isNative)) {
  test.serial(`rewritten graphs on ${backend}${isAccelerated ? ', accelerated' : ''}`, async t => {
    for (let seed = 1; seed <= SEEDS; ++seed) {
      const size = 18 + (seed % 7);
      const shape = [1 + (seed % 2), size, size, 3];
      const artifacts = smallDeeplab(seed, size).artifacts();
      await tf.setBackend('cpu');
      const picture = Float32Array.from({length: shape.reduce((a, b) => a * b)}, (_, i) => Math.sin(i * seed));
      const models = await both(artifacts);
      const expected = ask(models[0], picture, shape);
      models.forEach(model => model.dispose());
      await tf.setBackend(backend);
      const restore = isAccelerated ? accelerate(backend) : undefined;
      const [published, rewritten] = await both(artifacts);
      const {rewrites} = rewritten.report;
      t.is(rewrites.spaceToBatch, 1);
      t.is(rewrites.fuseSeparable, 1);
      const before = tf.memory().numTensors;
      for (const [name, model] of Object.entries({published, rewritten})) {
        const actual = ask(model, picture, shape);
        const worst = largestDifference(expected, actual);
        t.true(worst <= 1e-5, `${name}, seed ${seed}: off by ${worst}`);
        const different = actual.labels.filter((label, i) => label !== expected.labels[i]).length;
        t.true(different <= 2e-3 * actual.labels.length, `${name}, seed ${seed}: ${different} labels`);
      }
      t.is(tf.memory().numTensors, before);
      published.dispose();
      rewritten.dispose();
      restore?.();
    }
  });
}
