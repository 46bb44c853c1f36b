import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import '../../../src/tfjs/index.ts';

/** Runs the same on two backends; both results. */
function onBoth(run: () => tf.Tensor): [expected: tf.Tensor, actual: tf.Tensor] {
  const results = ['cpu', 'densecrf'].map(name => {
    void tf.setBackend(name);
    return tf.tidy(run);
  });
  return [results[0]!, results[1]!];
}

function same(run: () => tf.Tensor, tolerance = 1e-4): string | undefined {
  const [expected, actual] = onBoth(run);
  const [a, b] = [expected.dataSync(), actual.dataSync()];
  if (expected.shape.join() !== actual.shape.join()) return `${expected.shape.join()} is not ${actual.shape.join()}`;
  const worst = a.findIndex((value, i) => !(Math.abs(value - b[i]!) <= tolerance) && !Object.is(value, b[i]));
  tf.dispose([expected, actual]);
  return worst < 0 ? undefined : `at ${worst}: ${a[worst]} is not ${b[worst]}`;
}

const random = (...shape: number[]): tf.Tensor => tf.randomNormal(shape, 0, 1, 'float32', 1 + shape.length);

test.serial('is there once the door is opened, and nobody gets it who does not ask for it', async t => {
  await tf.ready();
  t.not(tf.getBackend(), 'densecrf');
  t.true(await tf.setBackend('densecrf'));
  t.is(tf.getBackend(), 'densecrf');
});

for (const pad of ['same', 'valid', 1] as const) {
  for (const [strides, dilations] of [
    [1, 1],
    [2, 1],
    [1, 2],
    [1, 5],
  ] as const) {
    const title = `pad ${pad}, strides ${strides}, dilations ${dilations}`;
    test.serial(`conv2d as on cpu: ${title}`, t => {
      const x = random(2, 13, 12, 5) as tf.Tensor4D;
      const filter = random(3, 2, 5, 7) as tf.Tensor4D;
      t.is(
        same(() => tf.conv2d(x, filter, strides, pad, 'NHWC', dilations)),
        undefined,
      );
    });

    test.serial(`depthwiseConv2d as on cpu: ${title}`, t => {
      const x = random(2, 13, 12, 5) as tf.Tensor4D;
      const filter = random(3, 2, 5, 2) as tf.Tensor4D;
      t.is(
        same(() => tf.depthwiseConv2d(x, filter, strides, pad, 'NHWC', dilations)),
        undefined,
      );
    });
  }
}

for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const) {
  test.serial(`fused convolutions as on cpu: ${activation}`, t => {
    const x = random(1, 9, 8, 6) as tf.Tensor4D;
    const options = {strides: 1, pad: 'same', dilations: 2, activation, leakyreluAlpha: 0.3} as const;
    const preluActivationWeights = random(6);
    const slopes = activation === 'prelu' ? {preluActivationWeights} : {};
    const bias = random(6);
    const dense = random(3, 3, 6, 6) as tf.Tensor4D;
    const depthwise = random(3, 3, 6, 1) as tf.Tensor4D;
    t.is(
      same(() => tf.fused.conv2d({x, filter: dense, bias, ...options, ...slopes})),
      undefined,
    );
    t.is(
      same(() => tf.fused.depthwiseConv2d({x, filter: depthwise, bias, ...options, ...slopes})),
      undefined,
    );
  });
}

test.serial('what the native kernels do not take falls through to tfjs', t => {
  const x = random(1, 3, 9, 8) as tf.Tensor4D;
  const filter = random(3, 3, 3, 4) as tf.Tensor4D;
  t.is(
    same(() => tf.conv2d(x, filter, 1, 'same', 'NCHW')),
    undefined,
  );
});

test.serial('counts tensors and bytes as tfjs does', t => {
  void tf.setBackend('densecrf');
  const x = random(1, 9, 9, 3) as tf.Tensor4D;
  const filter = random(3, 3, 3, 4) as tf.Tensor4D;
  const before = tf.memory();
  const y = tf.conv2d(x, filter, 1, 'same');
  const during = tf.memory();
  t.is(during.numTensors - before.numTensors, 1);
  t.is(during.numBytes - before.numBytes, 4 * 9 * 9 * 4);
  y.dispose();
  t.is(tf.memory().numTensors, before.numTensors);
  t.is(tf.memory().numDataBuffers, before.numDataBuffers);
  t.is(tf.memory().numBytes, before.numBytes);
});
