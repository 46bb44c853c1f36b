import '@tensorflow/tfjs-backend-cpu';
import test from 'ava';
import type {SegmentationModel} from '../../../../src/deeplab/pipeline/model.ts';
import type {SegmentOptions} from '../../../../src/deeplab/pipeline/segment-options.ts';
import {segment} from '../../../../src/deeplab/pipeline/segment.ts';
import * as tf from '../../../../src/tfjs/core.ts';
import {HEIGHT, RGB, WIDTH} from '../../cli/fixtures.ts';
import {FakeModel, redOrBlue} from './fake-model.ts';

const image = {data: RGB, width: WIDTH, height: HEIGHT};
const good = new FakeModel(x => redOrBlue(x));

test.before(() => tf.setBackend('cpu'));

const models: readonly (readonly [
  title: string,
  model: unknown,
  options: SegmentOptions,
  code: string,
  message: string,
])[] = [
  [
    'no model',
    {},
    {},
    'ERR_INVALID_TYPE',
    'Expected model to be a tf.LayersModel or a tf.GraphModel but received an object',
  ],
  [
    'a model of something else',
    {inputs: [{name: 'x', shape: [null, 10]}], outputs: [], predict: () => []},
    {},
    'ERR_INVALID_SHAPE',
    'Expected model to take one picture [1, height, width, 3] but it takes x [?, 10]',
  ],
  [
    'no recognisable output',
    new FakeModel(x => tf.mean(x, [1, 2]), {outputs: ['feature']}),
    {},
    'ERR_INVALID_SHAPE',
    'Expected model to give scores [1, height, width, classes] or labels [1, height, width] of int32 but its outputs are feature [1, 3] of float32',
  ],
  [
    'an output that is not there',
    good,
    {output: 'logits'},
    'ERR_OUT_OF_RANGE',
    "Expected output to be 'scores' but received 'logits'",
  ],
  [
    'labels of an unknown number of classes',
    new FakeModel(x => tf.argMax(x, 3)),
    {},
    'ERR_INVALID_TYPE',
    'Expected classes to be said for a model whose output scores holds labels alone but received undefined',
  ],
  [
    'labels beyond the classes',
    new FakeModel(x => tf.add(tf.argMax(x, 3), tf.scalar(5, 'int32'))),
    {classes: 5},
    'ERR_OUT_OF_RANGE',
    'Expected the output scores of model to hold labels from 0 to 4 but received 5 at index 0',
  ],
  [
    'another number of classes',
    good,
    {classes: 21},
    'ERR_INVALID_SHAPE',
    'Expected model to give scores of 21 classes but its output scores holds 2',
  ],
  [
    'scores that are not finite',
    new FakeModel(x => tf.mul(redOrBlue(x), NaN)),
    {},
    'ERR_NOT_FINITE',
    'Expected the output scores of model to hold finite values but received NaN at index 0',
  ],
  [
    'another input size',
    good,
    {inputSize: 65},
    'ERR_INVALID_SHAPE',
    'Expected inputSize to be that of model, height 33 and width 33, but received height 65 and width 65',
  ],
];

for (const [title, model, options, code, message] of models) {
  test.serial(`refuses ${title}, and leaves no tensor`, async t => {
    const before = tf.memory().numTensors;
    await t.throwsAsync(segment(model as SegmentationModel, image, options), {code, message});
    t.is(tf.memory().numTensors, before);
  });
}

const bad: readonly (readonly [options: Record<string, unknown>, code: string, message: string])[] = [
  [
    {scale: 1},
    'ERR_UNKNOWN_OPTION',
    "Expected the options of segment to have only the keys .*: did you mean 'scales'\\?",
  ],
  [{crf: 'deeplab'}, 'ERR_OUT_OF_RANGE', "Expected crf to be 'pydensecrf', .* but received 'deeplab'"],
  [{crf: {iterations: 3, sxy: 3}}, 'ERR_UNKNOWN_OPTION', "Expected crf to have only .* but received 'sxy'"],
  [{scales: []}, 'ERR_INVALID_TYPE', 'Expected scales to be an array of numbers but received an array of 0 values'],
  [{scales: [1, 0]}, 'ERR_OUT_OF_RANGE', 'Expected scales\\[1\\] to be a number between 0.05 and 8 but received 0'],
  [{flip: 1}, 'ERR_INVALID_TYPE', 'Expected flip to be true or false but received 1'],
  [{tiles: {size: 0}}, 'ERR_OUT_OF_RANGE', 'Expected tiles.size to be an integer between 1 and 65536 but received 0'],
  [{tiles: {overlap: -1}}, 'ERR_OUT_OF_RANGE', 'Expected tiles.overlap to be an integer of 0 or more but received -1'],
  [{preprocessing: 'vgg'}, 'ERR_OUT_OF_RANGE', "Expected preprocessing to be 'unit', .* but received 'vgg'"],
  [
    {preprocessing: {mean: [1], deviation: [1, 1, 1]}},
    'ERR_INVALID_TYPE',
    'Expected preprocessing.mean to be three numbers .*',
  ],
  [
    {preprocessing: {mean: [1, 1, 1], deviation: [1, 0, 1]}},
    'ERR_OUT_OF_RANGE',
    'Expected preprocessing.deviation\\[1\\] to be a number above 0 but received 0',
  ],
  [{classes: 1}, 'ERR_OUT_OF_RANGE', 'Expected classes to be an integer between 2 and 65535 but received 1'],
  [
    {groundTruthProbability: 1},
    'ERR_OUT_OF_RANGE',
    'Expected groundTruthProbability to be a number between 0 and 1, .*',
  ],
  [{output: 3}, 'ERR_INVALID_TYPE', 'Expected output to be a name but received 3'],
  [{signal: {}}, 'ERR_INVALID_TYPE', 'Expected signal to be an AbortSignal but received an object'],
];

for (const [options, code, message] of bad) {
  test(`refuses ${JSON.stringify(options)}`, async t => {
    await t.throwsAsync(segment(good, image, options), {code, message: new RegExp(`^${message}$`)});
  });
}

test('refuses what is no picture', async t => {
  await t.throwsAsync(segment(good, RGB as never), {
    code: 'ERR_INVALID_TYPE',
    message: `Expected image to be an object {data, width, height} but received a Uint8Array of ${RGB.length} values`,
  });
  await t.throwsAsync(segment(good, {...image, width: 0}), {code: 'ERR_OUT_OF_RANGE'});
  await t.throwsAsync(segment(good, {...image, height: HEIGHT - 1}), {code: 'ERR_INVALID_SHAPE'});
});
