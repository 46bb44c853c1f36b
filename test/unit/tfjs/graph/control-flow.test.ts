import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {both, Builder, Random} from './builder.ts';

test.before(() => tf.setBackend('cpu'));

const geometry = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'SAME', data_format: 'NHWC'};

test('both branches of a condition compute the same after rewriting', async t => {
  const random = new Random(1);
  const builder = new Builder();
  const x = builder.input('x', [1, 5, 5, 2]);
  builder.nodes.push({name: 'condition', op: 'Placeholder', attr: {dtype: {type: 'DT_BOOL'}}});
  builder.node('Switch', 'switch', [x, 'condition']);
  const branch = (name: string, from: string): string => {
    const filter = builder.constant(`${name}/f`, random.floats(36), [3, 3, 2, 2]);
    const conv = builder.node('Conv2D', `${name}/conv`, [from, filter], geometry);
    const bias = builder.node('BiasAdd', `${name}/bias`, [conv, builder.constant(`${name}/b`, random.floats(2), [2])]);
    return builder.node('Relu', `${name}/relu`, [bias]);
  };
  builder.node('Merge', 'merge', [branch('no', 'switch'), branch('yes', 'switch:1')]);
  const [original, rewritten] = await both(builder.artifacts());
  t.is(rewritten.report.rewrites.fuseActivation, 2);
  const input = tf.randomNormal([1, 5, 5, 2]);
  for (const value of [true, false]) {
    const inputs = {x: input, condition: tf.tensor(value)};
    const [a, b] = [await original.executeAsync(inputs, 'merge'), await rewritten.executeAsync(inputs, 'merge')];
    t.true(tf.max(tf.abs(tf.sub(a as tf.Tensor, b as tf.Tensor))).dataSync()[0]! < 1e-5);
  }
});

test('a loop computes the same after rewriting: frames end at Enter and Exit, which no rewrite crosses', async t => {
  const random = new Random(2);
  const builder = new Builder();
  const x = builder.input('x', [1, 5, 5, 2]);
  const integer = (name: string, value: number): string => builder.constant(name, Int32Array.of(value), []);
  const enter = (name: string, from: string, constant = false): string => {
    builder.nodes.push({
      name,
      op: 'Enter',
      input: [from],
      attr: {frame_name: {s: Buffer.from('frame').toString('base64')}, is_constant: {b: constant}},
    });
    return name;
  };
  const [i, value] = [enter('i', integer('zero', 0)), enter('value', x)];
  const [mergeI, mergeX] = [
    ['mi', i, 'nextI'],
    ['mx', value, 'nextX'],
  ].map(([name, ...from]) => builder.node('Merge', name!, from));
  builder.node('Less', 'less', [mergeI!, integer('three', 3)]);
  builder.node('LoopCond', 'cond', ['less']);
  builder.node('Switch', 'si', [mergeI!, 'cond']);
  builder.node('Switch', 'sx', [mergeX!, 'cond']);
  const filter = builder.constant('f', random.floats(36), [3, 3, 2, 2]);
  const conv = builder.node('Conv2D', 'conv', ['sx:1', filter], geometry);
  const bias = builder.node('BiasAdd', 'bias', [conv, builder.constant('b', random.floats(2), [2])]);
  builder.node('NextIteration', 'nextX', [builder.node('Relu6', 'relu', [bias])]);
  builder.node('NextIteration', 'nextI', [builder.node('AddV2', 'plus', ['si:1', integer('one', 1)])]);
  builder.node('Exit', 'exit', ['sx']);
  const [original, rewritten] = await both(builder.artifacts());
  t.is(rewritten.report.rewrites.fuseActivation, 1);
  const input = tf.randomNormal([1, 5, 5, 2]);
  const [a, b] = [await original.executeAsync({x: input}, 'exit'), await rewritten.executeAsync({x: input}, 'exit')];
  t.true(tf.max(tf.abs(a as tf.Tensor)).dataSync()[0]! > 0);
  t.true(tf.max(tf.abs(tf.sub(a as tf.Tensor, b as tf.Tensor))).dataSync()[0]! < 1e-5);
});
