// Predicts on the backend `densecrf` without end; says so after the first prediction.
import {parentPort} from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import '../../../src/tfjs/index.ts';

await tf.setBackend('densecrf');
const x = tf.ones<tf.Rank.R4>([1, 65, 65, 32]);
const [wide, narrow] = [tf.ones<tf.Rank.R4>([3, 3, 32, 64]), tf.ones<tf.Rank.R4>([3, 3, 64, 1])];
for (let i = 0; ; ++i) {
  const y = tf.tidy(() => tf.depthwiseConv2d(tf.conv2d(x, wide, 1, 'same', 'NHWC', 2), narrow, 1, 'same', 'NHWC', 4));
  if (i === 0) parentPort?.postMessage('predicting');
  y.dispose();
}
