import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {Builder, check, Random} from './builder.ts';

test.before(() => tf.setBackend('cpu'));

type Two = readonly [number, number];

interface Layer {
  size: Two;
  kernel: Two;
  block: Two;
  pads: readonly [Two, Two];
  crops: readonly [Two, Two];
  dilation: number;
  depthwise: boolean;
  inner: 'VALID' | 'SAME';
  stride: number;
}

/** S2B, convolution, bias, B2S and an activation, as TensorFlow 1 exports them. */
function graphOf(random: Random, layer: Layer, channels: number): Builder {
  const {size, kernel, block, pads, crops, dilation, depthwise, inner, stride} = layer;
  const builder = new Builder();
  const x = builder.input('x', [-1, ...size, channels]);
  const shape = [...kernel, channels, depthwise ? 1 : 3];
  const out = depthwise ? channels : 3;
  const filter = builder.constant('filter', random.floats(shape.reduce((a, b) => a * b)), shape);
  const head = [x, builder.integers('block', ...block), builder.pairs('pads', ...pads.flat())];
  const spread = builder.node('SpaceToBatchND', 's2b', head);
  const conv = builder.node(depthwise ? 'DepthwiseConv2dNative' : 'Conv2D', 'conv', [spread, filter], {
    strides: [1, stride, stride, 1],
    dilations: [1, dilation, dilation, 1],
    padding: inner,
    data_format: 'NHWC',
  });
  const bias = builder.node('BiasAdd', 'bias', [conv, builder.constant('b', random.floats(out), [out])]);
  const tail = [bias, builder.integers('block2', ...block), builder.pairs('crops', ...crops.flat())];
  builder.node('Relu6', 'relu', [builder.node('BatchToSpaceND', 'b2s', tail)]);
  return builder;
}

/** Random pads that make the size a multiple of the block; undefined where nothing would be left of the picture. */
function randomLayer(random: Random): Layer | undefined {
  const kernel: Two = [random.integer(1, 4), random.integer(1, 4)];
  const block: Two = random.pick([2, 2], [random.integer(1, 4), random.integer(1, 4)]);
  const size: Two = [random.integer(1, 15), random.integer(1, 15)];
  const dilation = random.pick(1, 1, 2);
  const inner = random.pick('VALID', 'VALID', 'SAME');
  const natural = random.pick(true, false);
  const axes = ([0, 1] as const).map(axis => {
    const reach = (kernel[axis] - 1) * dilation * block[axis];
    const before = natural ? Math.floor(reach / 2) : random.integer(0, 5);
    const wanted = size[axis] + before + (natural ? Math.ceil(reach / 2) : random.integer(0, 5));
    const whole = Math.ceil(wanted / block[axis]) * block[axis];
    const left = inner === 'SAME' ? whole : whole - reach;
    const crops: Two = natural ? [0, whole - wanted] : [random.integer(0, 2), random.integer(0, 2)];
    return {pads: [before, whole - size[axis] - before] as Two, crops, isEmpty: left - crops[0] - crops[1] < 1};
  });
  if (axes.some(({isEmpty}) => isEmpty)) return undefined;
  const [vertical, horizontal] = [axes[0]!, axes[1]!];
  const pads = [vertical.pads, horizontal.pads] as const;
  const crops = [vertical.crops, horizontal.crops] as const;
  return {size, kernel, block, pads, crops, dilation, depthwise: random.pick(true, false), inner, stride: 1};
}

/** What the padding of one dilated convolution would be: the equation of space-to-batch.ts, written apart from it. */
function paddingOf(layer: Layer, axis: 0 | 1): [number, number, reach: number] {
  const reach = (layer.kernel[axis] - 1) * layer.dilation;
  const own = layer.inner === 'SAME' ? [Math.floor(reach / 2), Math.ceil(reach / 2)] : [0, 0];
  const at = (end: 0 | 1): number => layer.pads[axis][end] + layer.block[axis] * own[end]! - layer.crops[axis][end];
  return [at(0), at(1), reach * layer.block[axis]];
}

test('the rewritten graph computes the same, whatever the block, pads and crops; it is rewritten wherever that is possible', async t => {
  const seen = {rewritten: 0, left: 0};
  for (let seed = 0; seed < 300; ++seed) {
    const random = new Random(seed);
    const layer = randomLayer(random);
    if (layer === undefined) continue;
    const channels = random.integer(1, 4);
    const x = tf.tensor(random.tensor(2, ...layer.size, channels).data, [2, ...layer.size, channels]);
    const text = `seed ${seed} ${JSON.stringify(layer)}`;
    const report = await check(t, graphOf(random, layer, channels), x, text);
    const padding = [paddingOf(layer, 0), paddingOf(layer, 1)];
    const isNegative = padding.some(([before, after]) => before < 0 || after < 0);
    const isSame = padding.every(
      ([before, after, reach]) => before === Math.floor(reach / 2) && after === Math.ceil(reach / 2),
    );
    const isValid = padding.every(([before, after]) => before === 0 && after === 0);
    const expected = isNegative || (layer.depthwise && !isSame && !isValid) ? 0 : 1;
    t.is(report.rewrites.spaceToBatch, expected, text);
    t.is(report.after.SpaceToBatchND ?? 0, 1 - expected, text);
    seen[expected === 1 ? 'rewritten' : 'left'] += 1;
  }
  t.true(seen.rewritten > 80 && seen.left > 20, JSON.stringify(seen));
});

const plain: Layer = {
  size: [9, 9],
  kernel: [3, 3],
  block: [2, 2],
  pads: [
    [2, 3],
    [2, 3],
  ],
  crops: [
    [0, 1],
    [0, 1],
  ],
  dilation: 1,
  depthwise: true,
  inner: 'VALID',
  stride: 1,
};

test('one node is left of an exported atrous layer', async t => {
  const random = new Random(1);
  const report = await check(t, graphOf(random, plain, 4), tf.randomNormal([1, 9, 9, 4]), 'plain');
  t.deepEqual(report.after, {Placeholder: 1, Const: 2, FusedDepthwiseConv2dNative: 1});
  t.deepEqual([report.rewrites.spaceToBatch, report.rewrites.foldBias, report.rewrites.fuseActivation], [1, 1, 1]);
});

test('strides between the two stay', async t => {
  const random = new Random(2);
  const report = await check(
    t,
    graphOf(
      random,
      {
        ...plain,
        stride: 2,
        crops: [
          [0, 0],
          [0, 0],
        ],
      },
      4,
    ),
    tf.randomNormal([1, 9, 9, 4]),
    'strides',
  );
  t.is(report.rewrites.spaceToBatch, 0);
});

test('different blocks stay', async t => {
  const random = new Random(3);
  const builder = graphOf(
    random,
    {
      ...plain,
      size: [8, 8],
      pads: [
        [2, 2],
        [2, 2],
      ],
      crops: [
        [0, 0],
        [0, 0],
      ],
    },
    4,
  );
  const at = builder.nodes.findIndex(({name}) => name === 'b2s');
  const node = builder.nodes[at]!;
  builder.nodes[at] = {...node, input: ['bias', builder.integers('other', 4, 1), 'crops']};
  const report = await check(t, builder, tf.randomNormal([1, 8, 8, 4]), 'blocks');
  t.is(report.rewrites.spaceToBatch, 0);
});

test('a value between that somebody wants stays, and so do blocks that are not constant', async t => {
  const random = new Random(4);
  const x = tf.randomNormal([1, 9, 9, 4]);
  const kept = await check(t, graphOf(random, plain, 4), x.clone(), 'kept', {keep: ['conv']}, ['conv', 'relu']);
  t.is(kept.rewrites.spaceToBatch, 0);
  const shared = graphOf(random, plain, 4);
  shared.node('Relu', 'second', ['bias']);
  const report = await check(t, shared, x.clone(), 'shared');
  t.is(report.rewrites.spaceToBatch, 0);
  const moving = graphOf(random, plain, 4);
  const at = moving.nodes.findIndex(({name}) => name === 'b2s');
  moving.nodes[at] = {...moving.nodes[at]!, input: ['bias', moving.node('Abs', 'block3', ['block2']), 'crops']};
  t.is((await check(t, moving, x, 'moving')).rewrites.spaceToBatch, 0);
});

test('a SpaceToBatchND that two convolutions share is rewritten for each', async t => {
  const random = new Random(5);
  const builder = graphOf(random, plain, 4);
  const filter = builder.constant('filter2', random.floats(36), [3, 3, 4, 1]);
  const values = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'VALID'};
  const conv = builder.node('DepthwiseConv2dNative', 'conv2', ['s2b', filter], values);
  builder.node('BatchToSpaceND', 'second', [conv, 'block', 'crops']);
  const report = await check(t, builder, tf.randomNormal([1, 9, 9, 4]), 'two');
  t.is(report.rewrites.spaceToBatch, 2);
  t.is(report.after.SpaceToBatchND, undefined);
});
