import * as tf from '@tensorflow/tfjs-core';
import {input, type LayersModel, model} from '@tensorflow/tfjs-layers';
import test from 'ava';
import * as deeplab from '../../../../src/deeplab/index.ts';
import {link} from '../../../../src/deeplab/layers/tensors.ts';
import {random4D, useBackend} from '../tensors.ts';

test.before(useBackend);

const CAFFE = deeplab.rateMultipliers({classifier: 10, bias: 2});

/** A block of the given name on a picture of four channels. */
function withHead(block: deeplab.Aspp): LayersModel {
  const x = input({shape: [null, null, 4]});
  return model({inputs: x, outputs: link(block, x)});
}

const small = {backbone: 'mobilenetV2', width: 0.25, classes: 2, dropout: 0} as const;

/** A model, the layers that its paper calls the final classifier, and how many weights the head has beside them. */
const systems: Readonly<Record<string, [create: () => LayersModel, classifiers: string[], head: number]>> = {
  v1: [() => deeplab.deeplabV1({filters: 4}), ['large_fov/fc8'], 4],
  'v2 on ResNet-101': [
    () => withHead(new deeplab.Aspp({classes: 2, name: 'aspp'})),
    [0, 1, 2, 3].map(i => `aspp/fc1_c${i}`),
    0,
  ],
  'v2 on VGG-16': [
    () => withHead(new deeplab.Aspp({classes: 2, filters: 3, name: 'aspp'})),
    [1, 2, 3, 4].map(i => `aspp/fc8_${i}`),
    16,
  ],
  v3: [() => deeplab.deeplabV3(small), ['logits/semantic'], 9],
  'v3+': [() => deeplab.deeplabV3Plus(small), ['logits/semantic'], 9 + 15],
};

for (const [title, [create, classifiers, head]] of Object.entries(systems)) {
  test.serial(`the classifier of ${title} is ten times as fast, its bias twenty times, other biases twice`, t => {
    const network = create();
    const names = network.trainableWeights.map(({originalName}) => originalName);
    const withRate = (rate: number): string[] => names.filter(name => CAFFE(name) === rate);
    t.deepEqual(
      withRate(10),
      classifiers.map(layer => `${layer}/kernel`),
    );
    t.deepEqual(
      withRate(20),
      classifiers.map(layer => `${layer}/bias`),
    );
    t.true(withRate(2).every(name => name.endsWith('/bias')));
    t.is(withRate(1).length + withRate(2).length, names.length - 2 * classifiers.length);
    const ofHead = deeplab.rateMultipliers({head: 3});
    t.is(names.filter(name => ofHead(name) === 3).length, head);
    network.dispose();
  });
}

test.serial('a step moves each weight by its multiple of the learning rate', async t => {
  // Two pictures: normalizing a single one takes away what is the same all over it, as image-level features are.
  const images = random4D([2, 17, 17, 3], 3);
  const right = Array.from({length: 578}, (_, i) => (i % 17 > 8 ? 1 : 0));
  const labels = tf.tensor3d(right, [2, 17, 17], 'int32');
  const [one, other] = [deeplab.deeplabV3Plus(small), deeplab.deeplabV3Plus(small)];
  const start = deeplab.weightsOf(one);
  const moves = async (network: LayersModel, multiplierOf?: (name: string) => number) => {
    deeplab.loadWeights(network, start);
    const batch = (): deeplab.Batch => ({images: images.clone(), labels: labels.clone()});
    await deeplab.train(network, batch, {steps: 1, learningRate: 1, ...(multiplierOf && {multiplierOf})});
    const now = deeplab.weightsOf(network);
    return new Map([...start].map(([name, {data}]) => [name, data.map((value, i) => now.get(name)!.data[i]! - value)]));
  };
  const before = tf.memory().numTensors;
  const multiplierOf = deeplab.rateMultipliers({classifier: 10, head: 3, backbone: 0, bias: 2});
  const [plain, multiplied] = [await moves(one), await moves(other, multiplierOf)];
  // TensorFlow.js' momentum optimizer leaves the scalar of its learning rate behind when it is disposed of.
  t.is(tf.memory().numTensors, before + 2);
  const factors = new Map<number, number>();
  for (const {originalName: name} of one.trainableWeights) {
    const factor = multiplierOf(name);
    factors.set(factor, (factors.get(factor) ?? 0) + 1);
    const [usual, found] = [plain.get(name)!, multiplied.get(name)!];
    const largest = usual.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const apart = usual.reduce((most, value, i) => Math.max(most, Math.abs(factor * value - found[i]!)), 0);
    t.true(largest > 0 && apart <= 1e-3 * factor * largest + 1e-6, `${name}: ${apart} of ${largest}`);
  }
  t.deepEqual([...factors.keys()].sort(), [0, 10, 20, 3]);
  for (const network of [one, other]) network.dispose();
});

test.serial('multipliers that cannot be are refused', async t => {
  const wrong = {code: 'ERR_OUT_OF_RANGE'} as const;
  t.throws(() => deeplab.rateMultipliers({classifier: -1}), {...wrong, message: /options\.classifier/});
  t.throws(() => deeplab.rateMultipliers({classifer: 3} as never), {code: 'ERR_UNKNOWN_OPTION'});
  const network = deeplab.deeplabV3(small);
  const never = (): never => t.fail();
  await t.throwsAsync(deeplab.train(network, never, {steps: 1, multiplierOf: () => NaN}), {
    message: /options\.multiplierOf\('MobilenetV2\/Conv\/kernel'\)/,
  });
  await t.throwsAsync(deeplab.train(network, never, {steps: 1, multiplierOf: 3 as never}), {code: 'ERR_INVALID_TYPE'});
  network.dispose();
});
