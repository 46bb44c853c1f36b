// The head of a DeepLab with rates 6, 12 and 18, with the gradients that a step of training takes.
import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import test, {type ExecutionContext} from 'ava';
import {vocLabels, vocNames, vocPicture, vocTruth} from '../../../../bench/voc/dataset.ts';
import {accelerate} from '../../../../src/tfjs/accelerate.ts';
import {enableAtrousTraining} from '../../../../src/tfjs/gradients/index.ts';
import {loadGraphModel} from '../../../../src/tfjs/load-graph-model.ts';
import {Random} from '../../ops/oracle.ts';
import {settings} from '../backends.ts';
import {type Branch, deeplabHead} from './head.ts';

// The cpu backend as it is takes minutes for features of that size.
const quick = settings.filter(({backend, isAccelerated}) => backend !== 'cpu' || isAccelerated);

const branches: Branch[] = ['conv2d', 'separableConv2d', 'depthwiseConv2d'];

// Central differences need a function without kinks: elu, not relu.
const small = {inputShape: [13, 13, 6], filters: 3, classes: 4, activation: 'elu'} as const;
const random = new Random(1);
const smallFeatures = random.floats(2 * 13 * 13 * 6);
const smallTruth = Float32Array.from({length: 2 * 26 * 26 * 4}, (_, i) => Number(i % 4 === (i >> 5) % 4));

/** A small head, its input and what it should say. */
function smallProblem(branch: Branch): {head: tfl.LayersModel; x: tf.Tensor; truth: tf.Tensor} {
  const head = deeplabHead({...small, inputShape: [...small.inputShape], branch});
  return {head, x: tf.tensor(smallFeatures, [2, 13, 13, 6]), truth: tf.tensor(smallTruth, [2, 26, 26, 4])};
}

const probabilitiesOf = (head: tfl.LayersModel, x: tf.Tensor): tf.Tensor =>
  head.apply(x, {training: true}) as tf.Tensor;

const variablesOf = (head: tfl.LayersModel): tf.Variable[] =>
  head.trainableWeights.map(weight => weight.read()).filter(isVariable);

function isVariable(value: tf.Tensor): value is tf.Variable {
  return value instanceof tf.Variable;
}

/** The mean cross entropy, summed up in double precision. */
function preciseLoss(head: tfl.LayersModel, x: tf.Tensor): number {
  const probabilities = tf.tidy(() => probabilitiesOf(head, x).dataSync<'float32'>());
  let sum = 0;
  probabilities.forEach((probability, i) => (sum -= smallTruth[i]! * Math.log(probability)));
  return (4 * sum) / smallTruth.length;
}

/** The gradients of the loss by the weights. */
async function gradientsOn(setting: (typeof settings)[number], branch: Branch): Promise<Float32Array[]> {
  await tf.setBackend(setting.backend);
  const restore = setting.isAccelerated ? accelerate(setting.backend) : undefined;
  const {head, x, truth} = smallProblem(branch);
  const loss = (): tf.Scalar => {
    const likelihoods = tf.sum(tf.mul(truth, tf.log(probabilitiesOf(head, x))), -1);
    return tf.neg(tf.mean(likelihoods));
  };
  const weights = variablesOf(head);
  const {grads} = tf.variableGrads(loss, weights);
  const values = weights.map(({name}) => grads[name]!.dataSync<'float32'>().slice());
  restore?.();
  return values;
}

/** For each array of weights, how fast the loss grows along a direction, by central differences on the plain cpu backend. */
async function numericSlopes(branch: Branch, directions: Float32Array[]): Promise<number[]> {
  await tf.setBackend('cpu');
  const {head, x} = smallProblem(branch);
  const step = 1e-3;
  return directions.map((direction, i) => {
    const variable = variablesOf(head)[i]!;
    const start = variable.dataSync<'float32'>().slice();
    const lossAt = (distance: number): number => {
      variable.assign(
        tf.tensor(
          start.map((value, k) => value + distance * direction[k]!),
          variable.shape,
        ),
      );
      return preciseLoss(head, x);
    };
    const slope = (lossAt(step) - lossAt(-step)) / (2 * step);
    lossAt(0);
    return slope;
  });
}

const norm = (values: Float32Array): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

// A bias in front of a batch normalisation has no gradient, but rounding.
function same(t: ExecutionContext, actual: Float32Array, expected: Float32Array, text: string): void {
  const distance = norm(actual.map((value, i) => value - expected[i]!));
  t.true(distance <= 1e-3 * norm(expected) + 1e-6, `${text}: off by ${distance} of ${norm(expected)}`);
}

for (const branch of branches) {
  test.serial(
    `the gradients of a head of ${branch} are the numeric ones of the cpu backend, on each backend`,
    async t => {
      const restore = enableAtrousTraining();
      const expected = await gradientsOn({backend: 'cpu', isAccelerated: false, isNative: false}, branch);
      const directions = expected.map(gradient => gradient.map(value => value / (norm(gradient) + 1e-12)));
      const slopes = await numericSlopes(branch, directions);
      slopes.forEach((slope, i) => {
        const length = norm(expected[i]!);
        t.true(Math.abs(slope - length) <= 1e-3 * length + 1e-5, `weights ${i}: slope ${slope}, gradient ${length}`);
      });
      for (const setting of settings) {
        const gradients = await gradientsOn(setting, branch);
        gradients.forEach((gradient, i) => same(t, gradient, expected[i]!, `${JSON.stringify(setting)} weights ${i}`));
      }
      restore();
    },
  );
}

const model = fileURLToPath(new URL('../../../../../shared/data/models/deeplabv3_mnv2_voc_os16', import.meta.url));
const backbone = 'MobilenetV2_expanded_conv_16_project_add_fold_60';
const [GRID, CHANNELS, SIDE, BATCH] = [33, 320, 513, 4];
const names = vocNames().slice(0, BATCH);

interface Samples {
  features: Float32Array;
  truth: Float32Array;
}

/** What the backbone of a published DeepLab makes of a few pictures, and their labels, two a step of the features' grid. */
async function vocSamples(): Promise<Samples> {
  await tf.setBackend('densecrf');
  const network = await loadGraphModel(`file://${model}/model.json`, {keep: [backbone]});
  const features = new Float32Array(BATCH * GRID * GRID * CHANNELS);
  const truth = new Float32Array(BATCH * (2 * GRID) ** 2 * vocLabels);
  for (const [i, name] of names.entries()) {
    const picture = await vocPicture(name);
    const {width, height, rgb} = picture;
    const y = tf.tidy(() => {
      const values = tf.div(tf.sub(tf.tensor3d(Float32Array.from(rgb), [height, width, 3]), 128), 128);
      const input = tf.pad(values, [[0, SIDE - height], [0, SIDE - width], [0, 0]]); // prettier-ignore
      return network.execute(tf.expandDims(input), backbone) as tf.Tensor;
    });
    features.set(y.dataSync(), (i * features.length) / BATCH);
    y.dispose();
    oneHot(vocTruth(name), width, height, truth.subarray((i * truth.length) / BATCH, ((i + 1) * truth.length) / BATCH));
  }
  network.dispose();
  return {features, truth};
}

/** Sets a one for each point of the grid that lies on a label; what is void or outside counts for nothing. */
function oneHot(labels: ArrayLike<number>, width: number, height: number, truth: Float32Array): void {
  for (let row = 0; row < 2 * GRID; ++row) {
    for (let column = 0; column < 2 * GRID; ++column) {
      const [y, x] = [8 * row, 8 * column];
      const label = y < height && x < width ? labels[y * width + x]! : 255;
      if (label < vocLabels) truth[(row * 2 * GRID + column) * vocLabels + label] = 1;
    }
  }
}

if (names.length < BATCH) {
  test('a head learns the PASCAL VOC pictures', t => {
    t.log('skipped: shared/data is not beside this checkout');
    t.pass();
  });
} else {
  let samples: Samples | undefined;
  for (const {backend, isAccelerated} of quick) {
    test.serial(
      `a head learns the PASCAL VOC pictures on ${backend}${isAccelerated ? ', accelerated' : ''}`,
      async t => {
        const {features, truth} = (samples ??= await vocSamples());
        await tf.setBackend(backend);
        const restores = [enableAtrousTraining(), ...(isAccelerated ? [accelerate(backend)] : [])];
        const head = deeplabHead({
          inputShape: [GRID, GRID, CHANNELS],
          filters: 4,
          classes: vocLabels,
          activation: 'relu',
          branch: 'conv2d',
        });
        head.compile({optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy'});
        const x = tf.tensor(features, [BATCH, GRID, GRID, CHANNELS]);
        const y = tf.tensor(truth, [BATCH, 2 * GRID, 2 * GRID, vocLabels]);
        const quiet: object = {verbose: 0};
        const {history} = await head.fit(x, y, {...quiet, epochs: 4, batchSize: 2, shuffle: false});
        const losses = history.loss!.map(Number);
        t.log(losses.map(loss => loss.toFixed(3)).join(' '));
        t.true(losses.at(-1)! < 0.7 * losses[0]!);
        for (const restore of restores) restore();
      },
    );
  }
}
