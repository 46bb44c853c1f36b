// The models of the series, and what each must be able to do: `npm run check:models` at the papers' size, a test at a small one.
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {deeplabV1, deeplabV2, deeplabV3, deeplabV3Plus, segmentationLoss} from '../src/deeplab/index.ts';

type Create = (options: {classes: number}) => LayersModel;

export const modelSeries: Readonly<Record<string, Create>> = {
  'v1-vgg16': options => deeplabV1(options),
  'v2-vgg16': options => deeplabV2({...options, backbone: 'vgg16'}),
  'v2-resnet101': options => deeplabV2(options),
  'v3-resnet50-os8': options => deeplabV3({...options, backbone: 'resnet50', outputStride: 8}),
  'v3-resnet101-os16': options => deeplabV3(options),
  'v3-resnet50-cascaded': options => deeplabV3({...options, backbone: 'resnet50', cascaded: 3}),
  'v3-mobilenet-v2': options => deeplabV3({...options, backbone: 'mobilenetV2'}),
  'v3plus-xception65-os16': options => deeplabV3Plus(options),
  'v3plus-resnet101-os16': options => deeplabV3Plus({...options, backbone: 'resnet101'}),
  'v3plus-mobilenet-v2-os16': options => deeplabV3Plus({...options, backbone: 'mobilenetV2'}),
};

export interface Workload {
  readonly pictures: number;
  readonly size: number;
  readonly classes: number;
}

/**
 * Runs a model forward on random pictures and takes a training step with it.
 *
 * @returns what is wrong: scores that are not finite, gradients that are not finite or 0 throughout; and figures for people
 */
export async function checkTraining(
  model: LayersModel,
  {pictures, size, classes}: Workload,
): Promise<{problems: string[]; figures: string[]}> {
  const images = tf.randomUniform<tf.Rank.R4>([pictures, size, size, 3], -1, 1, 'float32', 1);
  const labels = tf.randomUniform<tf.Rank.R3>([pictures, size, size], 0, classes, 'int32', 2);
  let started = performance.now();
  const problems = await checkScores(model, images, [pictures, size, size, classes]);
  const forward = performance.now() - started;
  started = performance.now();
  const variables = model.trainableWeights.map(weight => weight.read()).filter(weight => weight instanceof tf.Variable);
  const loss = segmentationLoss();
  const score = (): tf.Scalar => loss(labels, onlyTensor(model.apply(images, {training: true})));
  const {value, grads} = tf.variableGrads(score, variables);
  for (const variable of variables) problems.push(...(await problemsOf(variable.name, grads[variable.name])));
  const optimizer = tf.train.sgd(1e-3);
  optimizer.applyGradients(grads);
  const step = performance.now() - started;
  const [entropy = NaN] = await value.data();
  if (!Number.isFinite(entropy)) problems.push(`a loss of ${entropy}`);
  optimizer.dispose();
  tf.dispose([images, labels, value, ...Object.values(grads)]);
  const seconds = [`forward ${(forward / 1e3).toFixed(1)} s`, `training step ${(step / 1e3).toFixed(1)} s`];
  return {problems, figures: [`${variables.length} weights`, `loss ${entropy.toFixed(2)}`, ...seconds]};
}

async function checkScores(model: LayersModel, images: tf.Tensor, shape: readonly number[]): Promise<string[]> {
  const scores = onlyTensor(tf.tidy(() => model.predict(images)));
  const finite = (await scores.data()).every(Number.isFinite);
  scores.dispose();
  return [
    ...(scores.shape.join() === shape.join() ? [] : [`scores of shape ${scores.shape.join()}`]),
    ...(finite ? [] : ['scores that are not finite']),
  ];
}

async function problemsOf(name: string, gradient: tf.Tensor | undefined): Promise<string[]> {
  const values = await gradient?.data();
  if (!values?.every(Number.isFinite)) return [`no finite gradient of ${name}`];
  return values.some(value => value !== 0) ? [] : [`no gradient of ${name} but 0`];
}

function onlyTensor(value: unknown): tf.Tensor {
  if (isTensor(value)) return value;
  throw new TypeError('a model has one output');
}

function isTensor(value: unknown): value is tf.Tensor {
  return value instanceof tf.Tensor;
}
