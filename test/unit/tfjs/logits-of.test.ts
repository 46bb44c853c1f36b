import * as tf from '@tensorflow/tfjs-core';
import test, {type ExecutionContext} from 'ava';
import {type LogitsNode, logitsOf} from '../../../src/tfjs/index.ts';
import {both, Builder} from './graph/builder.ts';

test.before(() => tf.setBackend('cpu'));

/** A network of one convolution to 5 labels. */
function network(): Builder {
  const builder = new Builder();
  builder.input('x', [1, 4, 4, 3]);
  const filter = builder.constant('f', new Float32Array(15), [1, 1, 3, 5]);
  const values = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'SAME'};
  const conv = builder.node('Conv2D', 'conv', ['x', filter], values);
  builder.node('BiasAdd', 'logits', [conv, builder.constant('b', new Float32Array(5), [5])]);
  return builder;
}

function resize(builder: Builder, name: string, from: string): string {
  return builder.node('ResizeBilinear', name, [from, builder.integers(`${name}/size`, 9, 9)], {align_corners: true});
}

function argMax(builder: Builder, from: string, axis = 3): string {
  return builder.node('ArgMax', 'labels', [from, builder.constant('axis', Int32Array.of(axis), [])]);
}

/** The same for the model of tfjs and for ours; what it names can be computed. */
async function found(
  t: ExecutionContext,
  builder: Builder,
  more: Partial<tf.io.ModelArtifacts> = {},
): Promise<LogitsNode> {
  const models = await both(builder.artifacts(more));
  const [plain, ours] = models.map(model => logitsOf(model));
  t.deepEqual(plain, ours);
  const x = tf.ones([1, 4, 4, 3]);
  for (const model of models) t.is((model.execute(x, ours!.name) as tf.Tensor).shape.at(-1), 5);
  return ours!;
}

test('in front of the ArgMax', async t => {
  const builder = network();
  argMax(builder, 'logits');
  t.deepEqual(await found(t, builder), {name: 'logits', kind: 'logits', low: 'logits', argMax: 'labels', labels: 5});
});

test('behind what shapes the labels, and with a resize between', async t => {
  const builder = network();
  argMax(builder, resize(builder, 'large', resize(builder, 'middle', 'logits')), -1);
  builder.node('Squeeze', 'end', [
    builder.node('ExpandDims', 'expanded', ['labels', builder.constant('one', Int32Array.of(0), [])]),
  ]);
  t.deepEqual(await found(t, builder), {name: 'large', kind: 'logits', low: 'logits', argMax: 'labels', labels: 5});
});

test('in front of a softmax; behind a resize of one, these are probabilities', async t => {
  const first = network();
  argMax(first, first.node('Softmax', 'softmax', [resize(first, 'large', 'logits')]));
  t.deepEqual(await found(t, first), {name: 'large', kind: 'logits', low: 'logits', argMax: 'labels', labels: 5});
  const second = network();
  argMax(second, resize(second, 'large', second.node('Softmax', 'softmax', ['logits'])));
  t.deepEqual(await found(t, second), {
    name: 'large',
    kind: 'probabilities',
    low: 'logits',
    argMax: 'labels',
    labels: 5,
  });
});

test('of a graph that ends in scores, small ones and large ones', async t => {
  const builder = network();
  resize(builder, 'large', 'logits');
  const signature = {outputs: {small: {name: 'logits:0'}, large: {name: 'large:0'}}};
  t.deepEqual(await found(t, builder, {signature}), {
    name: 'large',
    kind: 'logits',
    low: 'logits',
    argMax: undefined,
    labels: 5,
  });
});

test('several outputs: the label map counts; or the one that is named', async t => {
  const builder = network();
  argMax(builder, 'logits');
  builder.node('Relu', 'other', ['x']);
  t.is((await found(t, builder)).name, 'logits');
  const [model] = await both(builder.artifacts());
  t.is(logitsOf(model, {output: 'labels'}).name, 'logits');
  t.throws(() => logitsOf(model, {output: 'other'}), {code: 'ERR_INVALID_TYPE', message: /other \(Relu\)/});
  t.throws(() => logitsOf(model, {output: 'nothing'}), {code: 'ERR_OUT_OF_RANGE', message: /'nothing'/});
});

test('says what a graph ends in that has none, or two', async t => {
  const none = new Builder();
  none.input('x', [1, 4, 4, 3]);
  none.node('Relu', 'end', ['x']);
  const [model] = await both(none.artifacts());
  t.throws(() => logitsOf(model), {code: 'ERR_INVALID_TYPE', message: /ends in end \(Relu\)/});
  const first = network();
  argMax(first, 'logits', 1);
  const [rows] = await both(first.artifacts());
  t.throws(() => logitsOf(rows), {code: 'ERR_INVALID_TYPE', message: /labels \(ArgMax\)/});
  const two = network();
  const values = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'SAME'};
  two.node('Conv2D', 'depth', ['x', 'f'], values);
  const [both2] = await both(two.artifacts());
  t.throws(() => logitsOf(both2), {code: 'ERR_INVALID_TYPE', message: /several: logits, depth/});
});
