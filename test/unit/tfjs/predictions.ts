// Argument: a backend. Says how memory grows by a thousand runs of a small network, accelerated, once caches and heaps have
// found their size.
import * as tf from '@tensorflow/tfjs-core';
import {accelerate} from '../../../src/tfjs/index.ts';
import {loadTfjsNode} from './tfjs-node.ts';
import '@tensorflow/tfjs-backend-wasm';

const [backend = 'cpu'] = process.argv.slice(2);
if (backend === 'tensorflow') loadTfjsNode();
await tf.setBackend(backend);
if (backend !== 'densecrf') accelerate(backend);

const x = tf.randomNormal<tf.Rank.R4>([1, 48, 48, 8]);
const depthwise = tf.randomNormal<tf.Rank.R4>([3, 3, 8, 1]);
const bias = tf.randomNormal<tf.Rank.R1>([32]);

function predict(filter: tf.Tensor4D): tf.Tensor {
  return tf.tidy(() => {
    const a = tf.depthwiseConv2d(x, depthwise, 1, 'same', 'NHWC', 2);
    const b = tf.fused.conv2d<tf.Tensor4D>({x: a, filter, strides: 1, pad: 'same', bias, activation: 'relu6'});
    const c = tf.maxPool(tf.add<tf.Tensor4D>(b, 1), 2, 2, 'same');
    return tf.argMax(tf.softmax(tf.image.resizeBilinear(c, [96, 96], true)), -1);
  });
}

const kept = tf.randomNormal<tf.Rank.R4>([3, 3, 8, 32]);
function measure(): {tensors: number; bytes: number; resident: number} {
  globalThis.gc?.();
  const {numTensors, numBytes} = tf.memory();
  return {tensors: numTensors, bytes: numBytes, resident: process.memoryUsage.rss()};
}

const WARM_UP = 600;
let before = measure();
for (let i = 0; i < WARM_UP + 1000; ++i) {
  // Another filter every tenth time, as a program would that loads models again and again.
  const filter = i % 10 === 0 ? tf.randomNormal<tf.Rank.R4>([3, 3, 8, 32]) : kept;
  const y = predict(filter);
  if (i % 3 === 0) await y.data();
  y.dispose();
  if (filter !== kept) filter.dispose();
  if (i === WARM_UP) before = measure();
}
const after = measure();
console.log(
  JSON.stringify({
    tensors: after.tensors - before.tensors,
    bytes: after.bytes - before.bytes,
    resident: after.resident - before.resident,
  }),
);
