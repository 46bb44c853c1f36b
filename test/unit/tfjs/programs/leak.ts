// 1,000 predictions and 200 steps of training in a process of its own. Arguments: the backend, and 'accelerated' or 'plain'.
// Prints what tf.memory() counts and how many MB are resident, after a tenth of the work and at its end.
import * as tf from '@tensorflow/tfjs-core';
import {accelerate} from '../../../../src/tfjs/accelerate.ts';
import {enableAtrousTraining} from '../../../../src/tfjs/gradients/index.ts';
import '../backends.ts';
import {deeplabHead} from '../gradients/head.ts';

const [, , backend = 'densecrf', how = 'plain'] = process.argv;
const [PREDICTIONS, STEPS] = [1000, 200];

interface Use {
  tensors: number;
  bytes: number;
  megabytes: number;
}

function use(): Use {
  for (let i = 0; i < 3; ++i) globalThis.gc?.();
  const {numTensors: tensors, numBytes: bytes} = tf.memory();
  return {tensors, bytes, megabytes: process.memoryUsage().rss / 2 ** 20};
}

await tf.setBackend(backend);
enableAtrousTraining();
if (how === 'accelerated') accelerate(backend);
const options = {inputShape: [6, 6, 8], filters: 4, classes: 5, activation: 'relu'} as const;
const head = deeplabHead({...options, inputShape: [...options.inputShape], branch: 'separableConv2d'});
head.compile({optimizer: tf.train.adam(), loss: 'categoricalCrossentropy'});
const x = tf.randomNormal([2, 6, 6, 8]);
const y = tf.tidy(() => tf.oneHot(tf.randomUniform([2, 12, 12], 0, 5, 'int32'), 5));

async function work(share: number): Promise<Use> {
  for (let i = 0; i < share * PREDICTIONS; ++i) tf.dispose(head.predict(x));
  for (let i = 0; i < share * STEPS; ++i) await head.trainOnBatch(x, y);
  return use();
}

await work(0.1);
const warm = await work(0.2);
console.log(JSON.stringify({warm, end: await work(0.7)}));
