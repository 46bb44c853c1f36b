// Segments one picture after the other, or one with a CRF of endless iterations, and says when it is in the midst of it.
import '@tensorflow/tfjs-backend-cpu';
import {parentPort, workerData} from 'node:worker_threads';
import {segment} from '../../../src/deeplab/pipeline/segment.ts';
import * as tf from '../../../src/tfjs/core.ts';
import '../../../src/tfjs/index.ts';
import {FakeModel, redOrBlue} from '../../unit/deeplab/pipeline/fake-model.ts';

const [width, height] = [160, 120];
const image = {data: Uint8Array.from({length: 3 * width * height}, (_, i) => (i * i) % 251), width, height};

await tf.setBackend('densecrf');
const kernel = tf.randomNormal<tf.Rank.R4>([9, 9, 3, 8], 0, 0.1, 'float32', 1);
const model = new FakeModel(
  x => tf.tidy(() => tf.add(redOrBlue(x), tf.mul(tf.mean(tf.conv2d(x, kernel, 1, 'same')), 0))),
  {
    size: [257, 257],
  },
);
let told = false;
const tell = (done: number): void => {
  if (!told && done > 2) parentPort?.postMessage('segmenting');
  told ||= done > 2;
};
const more = workerData === 'crf' ? {crf: {iterations: 1e9}} : {tiles: {size: 40}, flip: true};
for (;;) await segment(model, image, {...more, onProgress: tell});
