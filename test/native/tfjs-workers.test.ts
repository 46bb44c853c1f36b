// Workers that are terminated while they predict on the backend `densecrf`.
import {once} from 'node:events';
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import '../../src/tfjs/index.ts';
import {startWorker} from './support.ts';

test.serial('3 times 2 workers, terminated in the middle of predictions, leave the others alone', async t => {
  for (let i = 0; i < 3; ++i) {
    const workers = [startWorker('predict'), startWorker('predict')];
    await Promise.all(workers.map(worker => once(worker, 'message')));
    t.deepEqual(await Promise.all(workers.map(worker => worker.terminate())), [1, 1]);
  }
  await tf.setBackend('densecrf');
  const y = tf.conv2d(tf.ones<tf.Rank.R4>([1, 9, 9, 2]), tf.ones<tf.Rank.R4>([3, 3, 2, 3]), 1, 'valid');
  t.true(y.dataSync().every(value => value === 18));
});
