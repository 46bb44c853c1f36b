// The layers of the papers' blocks compute what their functions on tensors do.
import * as tf from '@tensorflow/tfjs-core';
import {input, type layers, type LayersModel, model} from '@tensorflow/tfjs-layers';
import test from 'ava';
import * as deeplab from '../../../../src/deeplab/index.ts';
import {leaves} from '../../../../src/deeplab/layers/leaves.ts';
import {difference, only, random1D, random4D, useBackend} from '../tensors.ts';

test.before(useBackend);

const SIZE: [number, number, number, number] = [1, 9, 9, 8];

/** A model of one layer with random weights, biases and statistics among them. */
function modelOf(layer: layers.Layer, inputs = 1): LayersModel {
  const pictures = Array.from({length: inputs}, (_, i) => input({shape: [null, null, i === 0 ? 8 : 4]}));
  const built = model({
    inputs: pictures,
    outputs: layer.apply(pictures.length === 1 ? pictures[0]! : pictures) as never,
  });
  built.weights.forEach((variable, i) => {
    if (variable.shape.length === 1) variable.write(random1D(variable.shape[0]!, i + 10));
  });
  return built;
}

/** What the functions take, from a model's weights. */
function unitsOf(built: LayersModel) {
  const weights = new Map(leaves(built).flatMap(layer => layer.weights.map(w => [w.originalName, w.read()] as const)));
  const get = (name: string): tf.Tensor | undefined => [...weights].find(([key]) => key.endsWith(`/${name}`))?.[1];
  return (name: string, options: Partial<deeplab.ConvUnit> = {}, epsilon = 1e-3): deeplab.ConvUnit => {
    const [mean, variance] = [get(`${name}/BatchNorm/moving_mean`), get(`${name}/BatchNorm/moving_variance`)];
    const [gamma, beta] = [get(`${name}/BatchNorm/gamma`), get(`${name}/BatchNorm/beta`)];
    return {
      filter: (get(`${name}/kernel`) ?? get(`${name}/depthwise_kernel`)) as tf.Tensor4D,
      bias: get(`${name}/bias`) as tf.Tensor1D | undefined,
      batchNorm: mean && variance ? ({mean, variance, gamma, beta, epsilon} as deeplab.BatchNormWeights) : undefined,
      ...options,
    };
  };
}

test.serial('LargeFov', t => {
  const built = modelOf(new deeplab.LargeFov({classes: 5, rate: 3, filters: 16, name: 'head'}));
  const unit = unitsOf(built);
  tf.tidy(() => {
    const x = random4D(SIZE);
    const [fc6, fc7] = [unit('fc6', {rate: 3, activation: 'relu'}), unit('fc7', {activation: 'relu'})];
    t.true(difference(only(built.predict(x)), deeplab.largeFov(x, {fc6, fc7, fc8: unit('fc8')})) < 1e-4);
  });
});

test.serial('Aspp of one convolution a branch, as on ResNet', t => {
  const built = modelOf(new deeplab.Aspp({classes: 5, rates: [1, 2, 4], name: 'head'}));
  const unit = unitsOf(built);
  tf.tidy(() => {
    const x = random4D(SIZE);
    const branches = [1, 2, 4].map((rate, i) => [unit(`fc1_c${i}`, {rate})]);
    t.true(difference(only(built.predict(x)), deeplab.aspp(x, branches)) < 1e-4);
  });
});

test.serial('Aspp of three convolutions a branch, as on VGG-16', t => {
  const built = modelOf(new deeplab.Aspp({classes: 5, rates: [2, 3], filters: 6, name: 'head'}));
  const unit = unitsOf(built);
  tf.tidy(() => {
    const x = random4D(SIZE);
    const relu = {activation: 'relu'} as const;
    const branch = (rate: number, i: number) => [
      unit(`fc6_${i}`, {rate, ...relu}),
      unit(`fc7_${i}`, relu),
      unit(`fc8_${i}`),
    ];
    t.true(difference(only(built.predict(x)), deeplab.aspp(x, [branch(2, 1), branch(3, 2)])) < 1e-4);
  });
});

for (const separable of [false, true]) {
  test.serial(`AugmentedAspp${separable ? ', separable' : ''}`, t => {
    const built = modelOf(
      new deeplab.AugmentedAspp({rates: [2, 3], filters: 6, separable, epsilon: 1e-5, name: 'head'}),
    );
    const unit = unitsOf(built);
    const named = (name: string, options: Partial<deeplab.ConvUnit> = {}) =>
      unit(name, {activation: 'relu', ...options}, 1e-5);
    const branch = (rate: number, i: number) =>
      separable
        ? [named(`aspp${i}_depthwise`, {rate, depthwise: true}), named(`aspp${i}_pointwise`)]
        : [named(`aspp${i}`, {rate})];
    tf.tidy(() => {
      const x = random4D(SIZE);
      const expected = deeplab.augmentedAspp(x, {
        imagePooling: named('image_pooling'),
        pointwise: named('aspp0'),
        atrous: [branch(2, 1), branch(3, 2)],
        projection: named('concat_projection'),
      });
      t.true(difference(only(built.predict(x)), expected) < 1e-4);
    });
  });
}

test.serial('Decoder', t => {
  const built = modelOf(new deeplab.Decoder({lowLevelFilters: 3, filters: 6, name: 'head'}), 2);
  const unit = unitsOf(built);
  const named = (name: string, options: Partial<deeplab.ConvUnit> = {}) => unit(name, {activation: 'relu', ...options});
  tf.tidy(() => {
    const [x, low] = [random4D([1, 5, 5, 8]), random4D([1, 17, 17, 4])];
    const pair = (i: number) => [
      named(`decoder_conv${i}_depthwise`, {depthwise: true}),
      named(`decoder_conv${i}_pointwise`),
    ];
    const expected = deeplab.decoder(x, low, {
      projection: named('feature_projection0'),
      refinement: [...pair(0), ...pair(1)],
    });
    const actual = only(built.predict([x, low]));
    t.deepEqual(actual.shape, [1, 17, 17, 6]);
    t.true(difference(actual, expected) < 1e-4);
  });
});

test.serial('folded blocks have a bias and no batch normalization', t => {
  const names = leaves(modelOf(new deeplab.AugmentedAspp({rates: [2], filters: 4, folded: true, name: 'head'})));
  const weights = names.flatMap(layer => layer.weights.map(({originalName}) => originalName));
  t.true(weights.includes('head/aspp1/bias'));
  t.false(weights.some(name => name.includes('BatchNorm')));
});
