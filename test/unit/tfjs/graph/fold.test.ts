import * as tf from '@tensorflow/tfjs-core';
import test, {type ExecutionContext} from 'ava';
import {both, Builder, check, Random, same} from './builder.ts';

test.before(() => tf.setBackend('cpu'));

const size = [7, 6] as const;

/** A builder with a convolution of 3 channels to 4 (depthwise: of 4 to 4) in it. */
function withConvolution(random: Random, depthwise: boolean, values: Parameters<Builder['node']>[3] = {}): Builder {
  const builder = new Builder();
  const channels = depthwise ? 2 : 3;
  builder.input('x', [-1, ...size, channels]);
  const shape = depthwise ? [3, 3, 2, 2] : [3, 3, 3, 4];
  builder.constant('filter', random.floats(depthwise ? 36 : 108), shape);
  const all = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'SAME', data_format: 'NHWC', ...values};
  builder.node(depthwise ? 'DepthwiseConv2dNative' : 'Conv2D', 'conv', ['x', 'filter'], all);
  return builder;
}

function picture(builder: Builder): tf.Tensor {
  const depthwise = builder.nodes.some(({op}) => op === 'DepthwiseConv2dNative');
  return tf.randomNormal([2, ...size, depthwise ? 2 : 3]);
}

async function counts(t: ExecutionContext, builder: Builder, text: string): Promise<Record<string, number>> {
  const {rewrites} = await check(t, builder, picture(builder), text);
  return Object.fromEntries(Object.entries(rewrites).filter(([, count]) => count > 0));
}

test('chains of everything that follows a convolution: one node is left, and it computes the same', async t => {
  for (let seed = 0; seed < 120; ++seed) {
    const random = new Random(seed);
    const depthwise = random.pick(true, false);
    const strides = random.pick([1, 1, 1, 1], [1, 2, 2, 1]);
    const builder = withConvolution(random, depthwise, {strides, padding: random.pick('SAME', 'VALID')});
    let last = 'conv';
    const steps: string[] = [];
    for (let i = random.integer(1, 4); i > 0; --i) {
      const op = random.pick('BiasAdd', 'Add', 'AddV2', 'Sub', 'Mul', 'FusedBatchNorm', 'FusedBatchNormV3');
      last = follow(random, builder, op, last, `${op}${i}`);
      steps.push(op);
    }
    const choices = ['Relu', 'Relu6', 'Elu', 'Sigmoid', depthwise ? 'Relu' : 'LeakyRelu'] as const;
    const activation = random.pick(...choices);
    builder.node(activation, 'end', [last], activation === 'LeakyRelu' ? {alpha: 0.125} : {});
    const text = `seed ${seed}: ${depthwise ? 'depthwise' : 'conv'}, ${steps.join(', ')}, ${activation}`;
    const {after} = await check(t, builder, picture(builder), text);
    t.deepEqual(
      after,
      {Placeholder: 1, Const: 2, [depthwise ? 'FusedDepthwiseConv2dNative' : '_FusedConv2D']: 1},
      text,
    );
  }
});

/** Puts an op with constants behind a node. */
function follow(random: Random, builder: Builder, op: string, last: string, name: string): string {
  const vector = (suffix: string, shape: readonly number[] = [4]): string =>
    builder.constant(`${name}/${suffix}`, random.floats(shape.reduce((a, b) => a * b, 1)), shape);
  if (op.startsWith('FusedBatchNorm')) {
    const variance = builder.constant(`${name}/variance`, random.floats(4).map(Math.abs), [4]);
    const values = random.pick({is_training: false}, {is_training: false, epsilon: 0.01});
    return builder.node(op, name, [last, vector('gamma'), vector('beta'), vector('mean'), variance], values);
  }
  const shape = op === 'BiasAdd' ? [4] : random.pick([4], [1, 4], [1, 1, 1, 4], [1], []);
  const inputs = [last, vector('c', shape)];
  const swapped = (op === 'Mul' || op.startsWith('Add')) && random.pick(true, false);
  return builder.node(op, name, swapped ? inputs.reverse() : inputs);
}

test('what is not per channel stays', async t => {
  const random = new Random(1);
  const shapes = [
    [6, 4],
    [7, 6, 4],
    [6, 1],
    [1, 1, 1, 1, 4],
  ];
  for (const shape of shapes) {
    for (const op of ['Mul', 'AddV2', 'Sub']) {
      const builder = withConvolution(random, false);
      const values = random.floats(shape.reduce((a, b) => a * b));
      builder.node(op, 'end', ['conv', builder.constant('c', values, shape)]);
      t.deepEqual(await counts(t, builder, `${op} ${shape.join()}`), {});
    }
  }
  const narrow = new Builder();
  narrow.input('x', [-1, ...size, 3]);
  const filter = narrow.constant('filter', random.floats(27), [3, 3, 3, 1]);
  narrow.node('Conv2D', 'conv', ['x', filter], {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'SAME'});
  narrow.node('Mul', 'end', ['conv', narrow.constant('c', random.floats(4), [4])]);
  t.deepEqual(await counts(t, narrow, 'one channel made four'), {});
  const turned = withConvolution(random, false);
  turned.node('Sub', 'end', [turned.constant('c', random.floats(4), [4]), 'conv']);
  t.deepEqual(await counts(t, turned, 'constant minus convolution'), {});
});

test('a sum of two convolutions, and a batch normalisation whose statistics are not constant, stay', async t => {
  const random = new Random(2);
  const builder = withConvolution(random, false);
  const values = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'SAME'};
  builder.node('Conv2D', 'conv2', ['x', 'filter'], values);
  builder.node('AddV2', 'end', ['conv', 'conv2']);
  t.deepEqual(await counts(t, builder, 'sum'), {});
  const moving = withConvolution(random, false);
  const vectors = ['gamma', 'beta', 'mean', 'v'].map(name =>
    moving.constant(name, random.floats(4).map(Math.abs), [4]),
  );
  const variance = moving.node('Abs', 'variance', ['v']);
  moving.node('FusedBatchNorm', 'end', ['conv', ...vectors.slice(0, 3), variance], {is_training: false});
  t.deepEqual(await counts(t, moving, 'moving'), {});
});

test('a node that two others or the caller want stays, and what follows it too', async t => {
  const random = new Random(3);
  const twice = withConvolution(random, false);
  twice.node('Relu', 'a', ['conv']);
  twice.node('Mul', 'b', ['conv', twice.constant('c', random.floats(4), [4])]);
  t.deepEqual(await counts(t, twice, 'two consumers'), {});
  const square = withConvolution(random, false);
  square.node('Mul', 'end', ['conv', 'conv']);
  t.deepEqual(await counts(t, square, 'one consumer, twice'), {});
  const output = withConvolution(random, false);
  output.node('Relu', 'end', ['conv']);
  const signature = {inputs: {x: {name: 'x:0'}}, outputs: {y: {name: 'end:0'}, inner: {name: 'conv:0'}}};
  const models = await both(output.artifacts({signature}));
  const x = picture(output);
  same(t, models, x, 'an output in the middle');
  t.is(models[1].report.rewrites.fuseActivation, 0);
  const watched = withConvolution(random, false);
  watched.nodes.push({name: 'end', op: 'Relu', input: ['conv', '^conv'], attr: {T: {type: 'DT_FLOAT'}}});
  t.deepEqual(await counts(t, watched, 'a control input'), {});
});

test('names of other outputs, other formats and other types are not understood, and stay', async t => {
  const random = new Random(4);
  const typed = withConvolution(random, false);
  typed.nodes.push({name: 'end', op: 'Relu', input: ['conv'], attr: {T: {type: 'DT_INT32'}}});
  t.deepEqual(await counts(t, typed, 'integers'), {});
  const builder = withConvolution(random, false);
  builder.node('BiasAdd', 'end', ['conv', builder.constant('b', random.floats(4), [4])], {data_format: 'NCHW'});
  t.deepEqual(await counts(t, builder, 'NCHW'), {});
});

test('an overflow of the folded weights leaves them apart', async t => {
  const builder = withConvolution(new Random(5), false);
  const big = (name: string): string => builder.constant(name, new Float32Array(4).fill(1e20), [4]);
  builder.node('Mul', 'once', ['conv', big('a')]);
  builder.node('Mul', 'end', ['once', big('b')]);
  const {rewrites} = (await both(builder.artifacts()))[1].report;
  t.is(rewrites.foldScale, 1);
});

test('weights that two convolutions share are changed for one of them alone', async t => {
  const random = new Random(6);
  const builder = withConvolution(random, false);
  const values = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'SAME'};
  builder.node('Conv2D', 'conv2', ['x', 'filter'], values);
  builder.node('Mul', 'end', ['conv', builder.constant('c', random.floats(4), [4])]);
  t.deepEqual(await counts(t, builder, 'shared'), {foldScale: 1});
});

test('Identity between a constant and its reader is looked through', async t => {
  const random = new Random(7);
  const builder = withConvolution(random, false);
  const c = builder.node('Identity', 'c/read', [builder.constant('c', random.floats(4), [4])]);
  builder.node('Mul', 'end', ['conv', c]);
  t.deepEqual(await counts(t, builder, 'identity'), {foldScale: 1});
});

test('quantised weights are widened as tfjs widens them, and those that stay keep their bytes', async t => {
  const random = new Random(8);
  const kinds = [
    {dtype: 'uint8', scale: 0.01, min: -1.2} as const,
    {dtype: 'uint16', scale: 0.0001, min: -3} as const,
    {dtype: 'float16'} as const,
  ];
  for (const quantization of kinds) {
    const builder = new Builder();
    builder.input('x', [-1, ...size, 3]);
    const length = 81;
    const bits = Uint16Array.from({length}, () => 0x2e00 + random.integer(0, 0x3ff) + (random.integer(0, 1) << 15));
    const levels = Array.from({length}, () => random.integer(0, 255));
    const values =
      quantization.dtype === 'float16'
        ? bits
        : quantization.dtype === 'uint8'
          ? Uint8Array.from(levels)
          : Uint16Array.from(levels);
    for (const name of ['f', 'g']) builder.weight({name, shape: [3, 3, 3, 3], dtype: 'float32', quantization}, values);
    const geometry = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'SAME'};
    builder.node('Conv2D', 'one', ['x', 'f'], geometry);
    builder.node('Mul', 'scaled', ['one', builder.constant('c', random.floats(3), [3])]);
    builder.node('Conv2D', 'two', ['scaled', 'g'], geometry);
    builder.node('Relu', 'end', ['two']);
    const models = await both(builder.artifacts());
    const x = tf.randomNormal([1, ...size, 3]);
    same(t, models, x, quantization.dtype);
    t.is(models[1].report.rewrites.foldScale, 1);
    t.is(models[1].report.rewrites.fuseActivation, 1);
  }
});

test('zeros around the picture become the padding of the convolution; other values, other axes and depthwise ones stay', async t => {
  const random = new Random(9);
  const padded = (sides: number[], depthwise = false, op = 'Pad', value = 0): Builder => {
    const builder = new Builder();
    const x = builder.input('x', [-1, ...size, depthwise ? 2 : 3]);
    const inputs = [x, builder.pairs('pads', ...sides)];
    if (op === 'PadV2') inputs.push(builder.constant('value', Float32Array.of(value), []));
    const around = builder.node(op, 'pad', inputs);
    const shape = depthwise ? [3, 3, 2, 2] : [3, 3, 3, 4];
    const filter = builder.constant('filter', random.floats(depthwise ? 36 : 108), shape);
    const values = {strides: [1, 2, 2, 1], dilations: [1, 1, 1, 1], padding: 'VALID'};
    builder.node(depthwise ? 'DepthwiseConv2dNative' : 'Conv2D', 'conv', [around, filter], values);
    return builder;
  };
  const x = (depthwise: boolean): tf.Tensor => tf.randomNormal([2, ...size, depthwise ? 2 : 3]);
  const run = async (builder: Builder, depthwise: boolean, text: string): Promise<number> =>
    (await check(t, builder, x(depthwise), text)).rewrites.fusePadding;
  t.is(await run(padded([0, 0, 1, 2, 3, 1, 0, 0]), false, 'pad'), 1);
  t.is(await run(padded([0, 0, 1, 2, 3, 1, 0, 0], false, 'PadV2'), false, 'zeros'), 1);
  t.is(await run(padded([0, 0, 1, 2, 3, 1, 0, 0], false, 'PadV2', 1), false, 'ones'), 0);
  t.is(await run(padded([1, 0, 1, 2, 3, 1, 0, 0]), false, 'batch'), 0);
  t.is(await run(padded([0, 0, 1, 1, 1, 1, 0, 0], true), true, 'depthwise'), 0);
});
