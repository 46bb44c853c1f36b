// Arguments: a backend, and a network: 'layers' of tf.* or a 'graph' that was rewritten. Says how memory grows by a thousand runs,
// accelerated, once caches and heaps have found their size.
import * as tf from '@tensorflow/tfjs-core';
import {accelerate, loadGraphModel} from '../../../src/tfjs/index.ts';
import {OUTPUTS, smallDeeplab} from './graph/small-deeplab.ts';
import {loadTfjsNode} from './tfjs-node.ts';
import '@tensorflow/tfjs-backend-wasm';

/** Predicts with weights that it keeps, or with others, which it lets go of. */
type Network = (areKept: boolean) => Promise<tf.Tensor[]>;

const [backend = 'cpu', kind = 'layers'] = process.argv.slice(2);
if (backend === 'tensorflow') loadTfjsNode();
await tf.setBackend(backend);
if (backend !== 'densecrf') accelerate(backend);

function layers(): Network {
  const x = tf.randomNormal<tf.Rank.R4>([1, 48, 48, 8]);
  const depthwise = tf.randomNormal<tf.Rank.R4>([3, 3, 8, 1]);
  const bias = tf.randomNormal<tf.Rank.R1>([32]);
  const random = (): tf.Tensor4D => tf.randomNormal([3, 3, 8, 32]);
  const kept = random();
  return areKept => {
    const filter = areKept ? kept : random();
    const y = tf.tidy(() => {
      const a = tf.depthwiseConv2d(x, depthwise, 1, 'same', 'NHWC', 2);
      const b = tf.fused.conv2d<tf.Tensor4D>({x: a, filter, strides: 1, pad: 'same', bias, activation: 'relu6'});
      const c = tf.maxPool(tf.add<tf.Tensor4D>(b, 1), 2, 2, 'same');
      return tf.argMax(tf.softmax(tf.image.resizeBilinear(c, [96, 96], true)), -1);
    });
    if (!areKept) filter.dispose();
    return Promise.resolve([y]);
  };
}

async function graph(): Promise<Network> {
  const size = 129;
  const artifacts = smallDeeplab(1, size).artifacts();
  const x = tf.randomNormal([1, size, size, 3]);
  const kept = await loadGraphModel(artifacts);
  return async areKept => {
    const model = areKept ? kept : await loadGraphModel(artifacts);
    const outputs = [model.execute(x, OUTPUTS)].flat();
    if (!areKept) model.dispose();
    return outputs;
  };
}

const predict = kind === 'graph' ? await graph() : layers();
function measure(): {tensors: number; bytes: number; resident: number} {
  globalThis.gc?.();
  const {numTensors, numBytes} = tf.memory();
  return {tensors: numTensors, bytes: numBytes, resident: process.memoryUsage.rss()};
}

const WARM_UP = 600;
let before = measure();
for (let i = 0; i < WARM_UP + 1000; ++i) {
  // Other weights every tenth time, as in a program that loads models again and again.
  const outputs = await predict(i % 10 !== 0);
  if (i % 3 === 0) await outputs[0]?.data();
  tf.dispose(outputs);
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
