// What is added to a convolution, and activations behind the sum, on every backend that runs convolutions natively, and by ops of tfjs.
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {accelerate} from '../../../../src/tfjs/index.ts';
import {settings} from '../backends.ts';
import {both, Builder, check, Random, same} from './builder.ts';

const activations = ['', 'Relu', 'Relu6', 'Elu', 'Sigmoid', 'LeakyRelu'];
const window = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'SAME', data_format: 'NHWC'};

function conv(builder: Builder, random: Random, name: string, x: string, channels: number, out: number): string {
  const filter = builder.constant(`${name}/f`, random.floats(channels * out), [1, 1, channels, out]);
  const y = builder.node('Conv2D', `${name}/y`, [x, filter], window);
  return builder.node('BiasAdd', name, [y, builder.constant(`${name}/b`, random.floats(out), [out])]);
}

function depthwise(builder: Builder, random: Random, x: string, channels: number): string {
  const filter = builder.constant('d/f', random.floats(9 * channels), [3, 3, channels, 1]);
  return builder.node('DepthwiseConv2dNative', 'd', [x, filter], window);
}

/** A block with a shortcut: what is added has the same shape, or one pixel, or one channel, or more of them. */
function block(random: Random, channels: number, activation: string): Builder {
  const builder = new Builder();
  const x = builder.input('x', [-1, -1, -1, channels]);
  const out = random.integer(1, 20);
  const shortcut = conv(builder, random, 'shortcut', x, channels, random.pick(out, out, out, 1));
  const other = builder.node('Tanh', 'other', [shortcut]);
  const mean = (): string => builder.node('Mean', 'mean', [other, builder.integers('axes', 1, 2)], {keep_dims: true});
  const addend = random.pick(true, true, false) ? other : mean();
  const y = conv(
    builder,
    random,
    'c',
    random.pick(true, false) ? x : depthwise(builder, random, x, channels),
    channels,
    out,
  );
  const sum = builder.node(random.pick('Add', 'AddV2'), 'sum', random.pick([y, addend], [addend, y]));
  if (activation !== '') builder.node(activation, 'end', [sum], {alpha: 0.1});
  return builder;
}

for (const {backend, isAccelerated} of settings.filter(({backend, isNative}) => isNative || backend === 'cpu')) {
  const name = `${backend}${isAccelerated ? ', accelerated' : ''}`;
  test.serial(`a shortcut is added by the convolution, and gives the same, on ${name}`, async t => {
    await tf.setBackend(backend);
    const restore = isAccelerated ? accelerate(backend) : () => undefined;
    for (let seed = 0; seed < 48; ++seed) {
      const random = new Random(seed);
      const channels = random.integer(1, 20);
      const activation = activations[seed % activations.length]!;
      const models = await both(block(random, channels, activation).artifacts());
      const {rewrites, after} = models[1].report;
      t.is(rewrites.fuseAdd, activation === '' ? 1 : 2, `seed ${seed}`);
      t.is(after.AddV2 ?? after.Add, undefined);
      const before = tf.memory().numTensors;
      for (const size of [9, 14]) {
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

test.serial('gradients flow through sum and activation', async t => {
  await tf.setBackend('densecrf');
  const [plain, fused] = await both(block(new Random(1), 4, 'Relu').artifacts());
  t.is(fused.report.rewrites.fuseAdd, 2);
  tf.tidy(() => {
    const x = tf.randomNormal([1, 8, 8, 4]);
    const [a, b] = [plain, fused].map(model => tf.grad(y => model.predict(y) as tf.Tensor)(x));
    t.true(tf.max(tf.abs(tf.sub(a!, b!))).dataSync()[0]! < 1e-4);
  });
  plain.dispose();
  fused.dispose();
});

test.serial('sums of what somebody else sees, of activated and of larger convolutions stay', async t => {
  await tf.setBackend('densecrf');
  const graphs: Record<string, (builder: Builder, random: Random, x: string) => void> = {
    watched(builder, random, x) {
      builder.node('AddV2', 'sum', [conv(builder, random, 'c', x, 3, 3), x]);
      builder.node('Abs', 'watch', ['c']);
    },
    twice(builder, random, x) {
      const y = conv(builder, random, 'c', x, 3, 3);
      builder.node('AddV2', 'sum', [y, y]);
    },
    activated(builder, random, x) {
      builder.node('AddV2', 'sum', [builder.node('Relu', 'r', [conv(builder, random, 'c', x, 3, 3)]), x]);
    },
    larger(builder, random, x) {
      const filter = builder.constant('f', random.floats(81), [3, 3, 3, 3]);
      builder.node('AddV2', 'sum', [builder.node('Conv2D', 'c', [x, filter], window), x]);
    },
  };
  for (const [name, grow] of Object.entries(graphs)) {
    const builder = new Builder();
    grow(builder, new Random(5), builder.input('x', [-1, -1, -1, 3]));
    const {rewrites} = await check(t, builder, tf.randomNormal([1, 6, 7, 3]), name);
    t.is(rewrites.fuseAdd, 0, name);
  }
});

interface Head {
  readonly pool?: 'AvgPool' | 'Mean' | 'Relu';
  readonly axis?: number;
  readonly others?: number;
  readonly isLast?: boolean;
}

/** The head of DeepLab v3: pooled features beside others, and their projection. */
function head(random: Random, {pool = 'Mean', axis = 3, others = 1, isLast = false}: Head): Builder {
  const builder = new Builder();
  const [channels, wide, out] = [random.integer(2, 9), random.integer(2, 20), random.integer(1, 30)];
  const x = builder.input('x', [-1, 8, 8, channels]);
  const pooled = {
    Mean: () => builder.node('Mean', 'pool', [x, builder.integers('axes', 1, 2)], {keep_dims: true}),
    AvgPool: () => builder.node('AvgPool', 'pool', [x], {ksize: [1, 4, 4, 1], strides: [1, 4, 4, 1], padding: 'VALID'}),
    Relu: () => builder.node('Relu', 'pool', [x]),
  }[pool]();
  const small = builder.node('Relu', 'image', [conv(builder, random, 'c', pooled, channels, wide)]);
  const size = builder.integers('size', 8, 8);
  const large = builder.node('ResizeBilinear', 'resize', [small, size], {align_corners: random.pick(true, false)});
  const rest = Array.from({length: others}, (_, i) => conv(builder, random, `o${i}`, x, channels, wide));
  const parts = isLast ? [...rest, large] : [large, ...rest];
  const axisName = builder.constant('axis', Int32Array.of(axis), []);
  const all = builder.node('ConcatV2', 'concat', [...parts, axisName], {N: parts.length});
  const joined = axis === 3 || axis === -1 ? wide * parts.length : wide;
  builder.node('Relu6', 'end', [conv(builder, random, 'p', all, joined, out)]);
  return builder;
}

for (const backend of ['densecrf', 'cpu']) {
  test.serial(`pooled features are projected before they are spread, and give the same, on ${backend}`, async t => {
    await tf.setBackend(backend);
    const heads: Head[] = [{}, {pool: 'AvgPool'}, {others: 3}, {axis: -1, others: 2}];
    for (const [i, shape] of heads.entries()) {
      const {shape: sizes} = {shape: [1 + (i % 2), 8, 8]};
      const random = new Random(i);
      const builder = head(random, shape);
      const channels = Number(builder.specs.find(({name}) => name === 'c/f')!.shape[2]);
      const {rewrites} = await check(t, builder, tf.randomNormal([...sizes, channels]), JSON.stringify(shape));
      t.is(rewrites.splitConcat, 1, JSON.stringify(shape));
    }
  });
}

test.serial('other features, another place, another axis: the projection stays whole', async t => {
  await tf.setBackend('densecrf');
  for (const shape of [{pool: 'Relu'}, {isLast: true}, {axis: 1}] as const) {
    const builder = head(new Random(3), shape);
    const channels = Number(builder.specs.find(({name}) => name === 'c/f')!.shape[2]);
    const {rewrites} = await check(t, builder, tf.randomNormal([1, 8, 8, channels]), JSON.stringify(shape));
    t.is(rewrites.splitConcat, 0, JSON.stringify(shape));
  }
});
