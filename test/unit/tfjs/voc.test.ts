// The published networks give the same on every backend: logits within 2e-3, label maps equal on 99.99 % of the pixels.
import * as tf from '@tensorflow/tfjs-core';
import test, {type ExecutionContext} from 'ava';
import {vocNames} from '../../../bench/voc/dataset.ts';
import {accelerate} from '../../../src/tfjs/index.ts';
import {settings} from './backends.ts';
import {agreement, largestDifference, type Logits, missing, Model, networks, storedLogits} from './voc.ts';

// A plain network of TensorFlow.js on its cpu backend takes half a minute.
const FEW = ['2007_000033', '2007_000061'];
const native = settings.filter(({backend, isAccelerated}) => isAccelerated || backend === 'densecrf');

if (missing !== undefined) {
  test('real networks on every backend', t => {
    t.log(missing);
    t.pass();
  });
}

async function compare(
  t: ExecutionContext,
  backend: string,
  model: Model,
  names: readonly string[],
  expected: (name: string) => Logits,
): Promise<void> {
  let [worst, least] = [0, 1];
  for (const name of names) {
    const [actual, reference] = [await model.logits(name), expected(name)];
    worst = Math.max(worst, largestDifference(actual, reference));
    least = Math.min(least, agreement(actual, reference));
  }
  t.log(`${backend}: logits differ by ${worst.toExponential(1)}, ${(100 * least).toFixed(4)} % of the labels agree`);
  t.true(worst <= 2e-3, `${backend}: logits differ by ${worst}`);
  t.true(least >= 0.9999, `${backend}: ${least} of the labels agree`);
}

for (const [title, network] of Object.entries(networks)) {
  if (missing !== undefined) break;
  test.serial(`${title}: the same logits and labels on every backend`, async t => {
    t.timeout(600_000);
    const plain = new Map<string, Logits>();
    if (network.stored === undefined) {
      await tf.setBackend('cpu');
      const model = await Model.load(network);
      for (const name of FEW) plain.set(name, await model.logits(name));
      model.dispose();
    }
    const names = network.stored === undefined || network === networks.s2b ? FEW : vocNames();
    for (const {backend, isAccelerated} of native) {
      await tf.setBackend(backend);
      const restore = isAccelerated ? accelerate(backend) : undefined;
      for (const isRewritten of network === networks.s2b ? [false, true] : [false]) {
        const model = await Model.load(network, isRewritten);
        const before = tf.memory().numTensors;
        await compare(t, backend, model, names, name => plain.get(name) ?? storedLogits(network, name));
        t.is(tf.memory().numTensors, before);
        model.dispose();
      }
      restore?.();
    }
  });
}
