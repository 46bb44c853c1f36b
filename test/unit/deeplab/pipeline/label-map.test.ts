// Graph models that end in labels: the scores are found in front of these.
import '@tensorflow/tfjs-backend-cpu';
import test from 'ava';
import {segment} from '../../../../src/deeplab/pipeline/segment.ts';
import * as tf from '../../../../src/tfjs/core.ts';
import {HEIGHT, RGB, TRUTH, WIDTH} from '../../cli/fixtures.ts';
import {both, Builder} from '../../tfjs/graph/builder.ts';

const image = {data: RGB, width: WIDTH, height: HEIGHT};
const CONV = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'SAME'};

test.before(() => tf.setBackend('cpu'));

/** Red and blue of `from` are the scores of the labels 0 and 1. */
function scores(builder: Builder, from: string): string {
  const kernel = builder.constant('kernel', Float32Array.of(1, 0, 0, 0, 0, 1), [1, 1, 3, 2]);
  const conv = builder.node('Conv2D', 'conv', [from, kernel], CONV);
  return builder.node('BiasAdd', 'logits', [conv, builder.constant('bias', new Float32Array(2), [2])]);
}

function labels(builder: Builder, from: string, axis = 3): string {
  return builder.node('ArgMax', 'labels', [from, builder.constant('axis', Int32Array.of(axis), [])]);
}

function colourGraph(): Builder {
  const builder = new Builder();
  builder.input('picture', [1, -1, -1, 3]);
  labels(builder, scores(builder, 'picture'));
  return builder;
}

/** As DeepLab's own exports: bytes of any size, laid into the top left corner of a larger canvas. */
function paddingGraph(): Builder {
  const builder = new Builder();
  builder.input('bytes', [1, -1, -1, 3], 'DT_UINT8');
  builder.nodes.push({name: 'floats', op: 'Cast', input: ['bytes'], attr: {DstT: {type: 'DT_FLOAT'}}});
  builder.node('Pad', 'canvas', ['floats', builder.pairs('pads', 0, 0, 0, 7, 0, 11, 0, 0)]);
  labels(builder, scores(builder, 'canvas'));
  return builder;
}

const differing = (a: Int32Array, b: Int32Array): number => a.filter((label, i) => label !== b[i]).length;

test.serial('scores are taken from in front of the labels, and the result says so', async t => {
  for (const model of await both(colourGraph().artifacts())) {
    const options = {inputSize: 33, flip: true, scales: [1, 2], crf: {preset: 'deeplab-v1', iterations: 2}} as const;
    const found = await segment(model, image, options);
    t.deepEqual(found.output, {name: 'logits', argMax: 'labels'});
    t.is(found.classes, 2);
    const named = await segment(model, image, {...options, output: 'logits'});
    t.deepEqual(named.output, {name: 'logits', argMax: undefined});
    t.deepEqual(found.probabilities, named.probabilities);
    t.is(differing(found.labels, TRUTH), 0);
    model.dispose();
  }
});

test.serial('labels that are asked for by name are read as labels', async t => {
  const [model] = await both(colourGraph().artifacts());
  const {output, probabilities} = await segment(model, image, {inputSize: 33, output: 'labels', classes: 2});
  t.deepEqual(output, {name: 'labels', argMax: undefined});
  t.true(Math.abs((probabilities[0] ?? 0) - 0.7) < 1e-6);
  await t.throwsAsync(segment(model, image, {inputSize: 33, classes: 3}), {
    code: 'ERR_INVALID_SHAPE',
    message: 'Expected model to give scores of 3 classes but its output logits holds 2',
  });
  model.dispose();
});

test.serial('says why there are no scores behind labels, and takes the labels once their number is said', async t => {
  const builder = new Builder();
  builder.input('picture', [1, -1, -1, 3]);
  scores(builder, 'picture');
  // [1, height, 2, width], so that the labels are along another axis than usual.
  builder.node('Transpose', 'turned', ['logits', builder.integers('order', 0, 1, 3, 2)]);
  labels(builder, 'turned', 2);
  const [model] = await both(builder.artifacts());
  await t.throwsAsync(segment(model, image, {inputSize: 33, crf: 'deeplab-v1'}), {
    code: 'ERR_INVALID_TYPE',
    message:
      /holds labels alone but received undefined; no scores were found behind them: .* ends in labels \(ArgMax\)$/,
  });
  const read = await segment(model, image, {inputSize: 33, classes: 2});
  t.is(differing(read.labels, TRUTH), 0);
  t.is(read.output.argMax, undefined);
  model.dispose();
});

test.serial('of a model that pads by itself, the part that is picture counts', async t => {
  const models = await both(paddingGraph().artifacts());
  const before = tf.memory().numTensors;
  for (const model of models) {
    const {labels, output} = await segment(model, image);
    t.is(differing(labels, TRUTH), 0);
    t.is(output.argMax, 'labels');
    const read = await segment(model, image, {output: 'labels', classes: 2});
    t.is(differing(read.labels, TRUTH), 0);
  }
  t.is(tf.memory().numTensors, before);
  models.forEach(model => model.dispose());
});
