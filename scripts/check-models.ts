#!/usr/bin/env node
// Builds every model of the series, each in a process of its own, runs it forward on 513x513 and takes a training step on
// the backend `densecrf`: gradients must be finite and not all 0 in every trainable weight, within 16 GB.
// `npm run check:models`, or with names of models; SIZE=129 for another size.
import {spawnSync} from 'node:child_process';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {deeplabV1, deeplabV2, deeplabV3, deeplabV3Plus, segmentationLoss} from '../src/deeplab/index.ts';
import '../src/tfjs/index.ts';

const MODELS: Readonly<Record<string, () => LayersModel>> = {
  'v1-vgg16': () => deeplabV1(),
  'v2-vgg16': () => deeplabV2({backbone: 'vgg16'}),
  'v2-resnet101': () => deeplabV2(),
  'v3-resnet50-os8': () => deeplabV3({backbone: 'resnet50', outputStride: 8}),
  'v3-resnet101-os16': () => deeplabV3(),
  'v3-resnet50-cascaded': () => deeplabV3({backbone: 'resnet50', cascaded: 3}),
  'v3-mobilenet-v2': () => deeplabV3({backbone: 'mobilenetV2'}),
  'v3plus-xception65-os16': () => deeplabV3Plus(),
  'v3plus-resnet101-os16': () => deeplabV3Plus({backbone: 'resnet101'}),
  'v3plus-mobilenet-v2-os16': () => deeplabV3Plus({backbone: 'mobilenetV2'}),
};

const LIMIT = 16 * 2 ** 30;

/** Checks one model; gives back what is wrong. */
async function check(model: LayersModel, size: number): Promise<string[]> {
  const problems: string[] = [];
  const picture = tf.randomUniform<tf.Rank.R4>([1, size, size, 3], -1, 1, 'float32', 1);
  const labels = tf.randomUniform<tf.Rank.R3>([1, size, size], 0, 21, 'int32', 2);
  let started = performance.now();
  const scores = tf.tidy(() => model.predict(picture));
  if (!(scores instanceof tf.Tensor)) throw new TypeError('a model has one output');
  if (scores.shape.join() !== [1, size, size, 21].join()) problems.push(`scores have the shape ${scores.shape.join()}`);
  if (!(await scores.data()).every(Number.isFinite)) problems.push('scores that are not finite');
  scores.dispose();
  const forward = performance.now() - started;
  started = performance.now();
  const variables = model.trainableWeights.map(weight => weight.read()).filter(weight => weight instanceof tf.Variable);
  const loss = segmentationLoss();
  const {value, grads} = tf.variableGrads(
    () => loss(labels, model.apply(picture, {training: true}) as tf.Tensor),
    variables,
  );
  for (const variable of variables) {
    const gradient = await grads[variable.name]?.data();
    if (!gradient?.every(Number.isFinite)) problems.push(`no finite gradient of ${variable.name}`);
    else if (gradient.every(entry => entry === 0)) problems.push(`no gradient of ${variable.name} but 0`);
  }
  tf.train.sgd(1e-3).applyGradients(grads);
  const step = performance.now() - started;
  const peak = process.resourceUsage().maxRSS * 1024;
  if (peak > LIMIT) problems.push(`${(peak / 2 ** 30).toFixed(1)} GB of memory`);
  const [entropy = NaN] = await value.data();
  const figures = [
    `${variables.length} weights`,
    `loss ${entropy.toFixed(2)}`,
    `forward ${(forward / 1e3).toFixed(1)} s`,
  ];
  console.log(
    [...figures, `training step ${(step / 1e3).toFixed(1)} s`, `peak ${(peak / 2 ** 30).toFixed(1)} GB`].join(', '),
  );
  return problems;
}

const [flag, ...given] = process.argv.slice(2);
const size = Number(process.env.SIZE ?? 513);
if (flag === '--one') {
  await tf.setBackend('densecrf');
  const create = MODELS[given[0] ?? ''];
  if (!create)
    throw new RangeError(`Expected one of ${Object.keys(MODELS).join(', ')} but received ${String(given[0])}`);
  const problems = await check(create(), size);
  for (const problem of problems) console.log(`  ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  const names = flag === undefined ? Object.keys(MODELS) : [flag, ...given];
  const failed = names.filter(name => {
    process.stdout.write(`${name} at ${size}x${size}: `);
    const args = ['--import=tsx', import.meta.filename, '--one', name];
    return spawnSync(process.execPath, args, {stdio: ['ignore', 'inherit', 'inherit']}).status !== 0;
  });
  console.log(failed.length === 0 ? 'All models pass.' : `Not right: ${failed.join(', ')}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
