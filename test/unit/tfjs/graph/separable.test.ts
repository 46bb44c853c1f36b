import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {accelerate} from '../../../../src/tfjs/index.ts';
import {settings} from '../backends.ts';
import {both, Builder, Random, same} from './builder.ts';

/** A depthwise convolution and a pointwise one, each with a bias or an activation, or without. */
function graphOf(
  random: Random,
  channels: number,
  more: {depthwise?: string; pointwise?: string; bias?: boolean} = {},
): Builder {
  const builder = new Builder();
  const x = builder.input('x', [-1, -1, -1, channels]);
  const multiplier = random.pick(1, 1, 2);
  const [kernel, out] = [random.integer(1, 4), random.integer(1, 20)];
  const dilation = random.integer(1, 3);
  const stride = dilation > 1 ? 1 : random.integer(1, 2);
  const filters = {
    depthwise: builder.constant('d', random.floats(kernel * kernel * channels * multiplier), [
      kernel,
      kernel,
      channels,
      multiplier,
    ]),
    pointwise: builder.constant('p', random.floats(channels * multiplier * out), [1, 1, channels * multiplier, out]),
  };
  const half = (op: string, name: 'depthwise' | 'pointwise', from: string, width: number, geometry: object): string => {
    let last = builder.node(op, name, [from, filters[name]], {data_format: 'NHWC', ...geometry});
    if (more.bias ?? random.pick(true, false)) {
      const bias = builder.constant(`${name}/b`, random.floats(width), [width]);
      last = builder.node('BiasAdd', `${name}/bias`, [last, bias]);
    }
    const activation = more[name] ?? random.pick('', 'Relu', 'Relu6', 'Elu', 'Sigmoid');
    return activation === '' ? last : builder.node(activation, `${name}/end`, [last]);
  };
  const padding = random.pick('SAME', 'VALID');
  const windows = {strides: [1, stride, stride, 1], dilations: [1, dilation, dilation, 1], padding};
  const y = half('DepthwiseConv2dNative', 'depthwise', x, channels * multiplier, windows);
  const dot = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: random.pick('SAME', 'VALID')};
  half('Conv2D', 'pointwise', y, out, dot);
  return builder;
}

for (const {backend, isAccelerated} of settings.filter(({backend, isNative}) => isNative || backend === 'cpu')) {
  const name = `${backend}${isAccelerated ? ', accelerated' : ''}`;
  test.serial(`a separable convolution is one op, and gives the same, on ${name}`, async t => {
    await tf.setBackend(backend);
    const restore = isAccelerated ? accelerate(backend) : () => undefined;
    for (let seed = 0; seed < 60; ++seed) {
      const random = new Random(seed);
      const channels = random.integer(1, 20);
      const models = await both(graphOf(random, channels).artifacts());
      t.is(models[1].report.rewrites.fuseSeparable, 1, `seed ${seed}`);
      const before = tf.memory().numTensors;
      for (const size of [12, 17]) {
        const x = tf.randomNormal([random.integer(1, 2), size, size + 2, channels]);
        same(t, models, x, `seed ${seed} on ${name}`);
        x.dispose();
      }
      t.is(tf.memory().numTensors, before);
      models.forEach(model => model.dispose());
    }
    restore();
  });
}

test.serial('gradients flow through the halves, and nothing leaks', async t => {
  await tf.setBackend('densecrf');
  const [, model] = await both(graphOf(new Random(3), 4, {depthwise: '', pointwise: '', bias: false}).artifacts());
  const run = (y: tf.Tensor): tf.Tensor => model.predict(y) as tf.Tensor;
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const [x, v] = [tf.randomNormal([1, 12, 12, 4]), tf.randomNormal([1, 12, 12, 4])];
    // It is linear: the gradient of its sum along v is its sum at v.
    const gradient = tf.grad(run)(x, tf.ones(run(x).shape));
    const [along, at] = [tf.sum(tf.mul(gradient, v)), tf.sum(run(v))].map(y => y.dataSync()[0]!);
    t.true(Math.abs(along! - at!) < 1e-3 * Math.max(1, Math.abs(at!)), `${along} ${at}`);
  });
  t.is(tf.memory().numTensors, before);
  model.dispose();
});

test.serial('halves that somebody else looks at stay two', async t => {
  await tf.setBackend('cpu');
  const builder = graphOf(new Random(4), 3, {depthwise: 'Relu'});
  builder.node('Abs', 'watch', ['depthwise/end']);
  const models = await both(builder.artifacts());
  same(t, models, tf.randomNormal([1, 12, 12, 3]), 'watched');
  t.is(models[1].report.rewrites.fuseSeparable, 0);
});
