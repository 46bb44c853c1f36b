import * as tf from '@tensorflow/tfjs-core';
import {input, type layers, model} from '@tensorflow/tfjs-layers';
import test from 'ava';
import * as deeplab from '../../../../src/deeplab/index.ts';
import {difference, only, random4D, savedAndLoaded, useBackend} from '../tensors.ts';

test.before(useBackend);

const layersOfAllKinds: Record<string, () => layers.Layer> = {
  AtrousConv2D: () =>
    new deeplab.AtrousConv2D({
      filters: 3,
      kernelSize: [3, 1],
      dilationRate: 4,
      useBias: true,
      activation: 'relu',
      name: 'a',
    }),
  'AtrousConv2D with strides': () => new deeplab.AtrousConv2D({filters: 3, strides: 2, padding: 'valid', name: 'b'}),
  AtrousDepthwiseConv2D: () => new deeplab.AtrousDepthwiseConv2D({dilationRate: [2, 2], depthMultiplier: 2, name: 'c'}),
  AtrousSeparableConv2D: () => new deeplab.AtrousSeparableConv2D({filters: 5, dilationRate: 3, name: 'd'}),
  FreezableBatchNormalization: () =>
    new deeplab.FreezableBatchNormalization({epsilon: 1e-5, momentum: 0.9, frozen: true, name: 'e'}),
  ImageMean: () => new deeplab.ImageMean({name: 'f'}),
  ScaleImage: () => new deeplab.ScaleImage({scale: 0.75, name: 'g'}),
  LargeFov: () => new deeplab.LargeFov({classes: 4, rate: 3, filters: 6, dropout: 0.25, name: 'h'}),
  Aspp: () => new deeplab.Aspp({classes: 4, rates: [2, 4], filters: 6, name: 'i'}),
  AugmentedAspp: () => new deeplab.AugmentedAspp({rates: [2, 4], filters: 6, separable: true, dropout: 0, name: 'j'}),
};

for (const [name, create] of Object.entries(layersOfAllKinds)) {
  test.serial(`${name}: saved and loaded, it gives the same`, async t => {
    const before = tf.memory().numTensors;
    const picture = input({shape: [null, null, 6]});
    const built = model({inputs: picture, outputs: create().apply(picture) as never});
    const loaded = await savedAndLoaded(built);
    const x = random4D([2, 9, 12, 6]);
    const [expected, actual] = [only(built.predict(x)), only(loaded.predict(x))];
    t.is(difference(expected, actual), 0);
    t.deepEqual(loaded.layers[1]!.getConfig(), built.layers[1]!.getConfig());
    t.deepEqual(loaded.outputs[0]!.shape.slice(3), expected.shape.slice(3));
    tf.dispose([x, expected, actual]);
    built.dispose();
    loaded.dispose();
    t.is(tf.memory().numTensors, before, 'nothing is left behind');
  });

  test.serial(`${name}: its output has the shape that it says`, t => {
    const layer = create();
    tf.tidy(() => {
      const x = random4D([2, 9, 12, 6]);
      const y = only(layer.apply(x));
      t.deepEqual(layer.computeOutputShape(x.shape), y.shape);
    });
  });
}

test.serial('ResizeLike takes the size of its second input', t => {
  tf.tidy(() => {
    const y = only(new deeplab.ResizeLike().apply([random4D([1, 3, 3, 2]), random4D([1, 5, 9, 1])]));
    t.deepEqual(y.shape, [1, 5, 9, 2]);
  });
});

test.serial('configurations that nobody knows are refused', t => {
  const refused: [() => unknown, string, RegExp][] = [
    [
      () => new deeplab.AtrousConv2D(Object.assign({filters: 3}, {dilation: 2})),
      'ERR_UNKNOWN_OPTION',
      /AtrousConv2D.*dilation'/,
    ],
    [() => new deeplab.AtrousConv2D({filters: 0}), 'ERR_OUT_OF_RANGE', /filters/],
    [() => new deeplab.AtrousConv2D({filters: 3, dilationRate: [2, 3]}), 'ERR_OUT_OF_RANGE', /dilationRate/],
    [() => new deeplab.AtrousConv2D({filters: 3, activation: 'tanh' as never}), 'ERR_OUT_OF_RANGE', /activation/],
    [() => new deeplab.AtrousDepthwiseConv2D({depthMultiplier: 1.5}), 'ERR_OUT_OF_RANGE', /depthMultiplier/],
    [() => new deeplab.FreezableBatchNormalization({epsilon: 0}), 'ERR_OUT_OF_RANGE', /epsilon/],
    [() => new deeplab.FreezableBatchNormalization({momentum: 2}), 'ERR_OUT_OF_RANGE', /momentum/],
    [() => new deeplab.ScaleImage({scale: -1}), 'ERR_OUT_OF_RANGE', /scale/],
    [() => new deeplab.LargeFov({classes: 2, rates: [3]} as never), 'ERR_UNKNOWN_OPTION', /LargeFov.*rates/],
    [() => new deeplab.Aspp({classes: 2, rates: []}), 'ERR_INVALID_SHAPE', /rates/],
    [() => new deeplab.Aspp({classes: 2, rates: [2, -3]}), 'ERR_OUT_OF_RANGE', /rates\[1\]/],
    [() => new deeplab.AugmentedAspp({separable: 1 as never}), 'ERR_INVALID_TYPE', /separable/],
    [() => new deeplab.Decoder({lowLevelFilters: 0}), 'ERR_OUT_OF_RANGE', /lowLevelFilters/],
  ];
  for (const [create, code, message] of refused) t.throws(create, {code, message});
});

test.serial('inputs that do not fit are refused', t => {
  const layer = new deeplab.AtrousConv2D({filters: 3});
  t.throws(() => layer.apply(input({shape: [4, 4]})), {code: 'ERR_INVALID_SHAPE'});
  t.throws(() => layer.apply(input({shape: [4, 4, null]})), {code: 'ERR_INVALID_SHAPE', message: /known channels/});
  t.throws(() => new deeplab.ResizeLike().apply(input({shape: [4, 4, 3]})), {
    code: 'ERR_INVALID_SHAPE',
    message: /two tensors/,
  });
});

test.serial(
  'batch normalization: batch statistics in training, moving ones when frozen or where there is nothing to measure',
  t => {
    const layer = new deeplab.FreezableBatchNormalization({momentum: 0.5, epsilon: 1e-3});
    const x = random4D([2, 4, 4, 3]);
    tf.tidy(() => {
      layer.apply(x);
      const {mean, variance} = tf.moments(x, [0, 1, 2]);
      const expected = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3)));
      t.true(difference(only(layer.apply(x, {training: true})), expected) < 1e-4);
      const [, , movingMean, movingVariance] = layer.getWeights();
      t.true(difference(movingMean!, tf.mul(mean, 0.5)) < 1e-6);
      t.true(difference(movingVariance!, tf.add(tf.mul(variance, 0.5), 0.5)) < 1e-5);

      layer.frozen = true;
      t.true(difference(only(layer.apply(x, {training: true})), only(layer.apply(x))) === 0);
      layer.frozen = false;
      const one = random4D([1, 1, 1, 3]);
      t.true(difference(only(layer.apply(one, {training: true})), only(layer.apply(one))) === 0);
    });
  },
);

for (const training of [true, false]) {
  test.serial(`batch normalization: gradients as through the operators, ${training ? 'training' : 'frozen'}`, t => {
    const layer = new deeplab.FreezableBatchNormalization({epsilon: 1e-3});
    tf.tidy(() => {
      const [x, dy] = [random4D([2, 3, 5, 4]), random4D([2, 3, 5, 4], 5)];
      layer.apply(x);
      const weights = layer.weights.map(weight => weight.read());
      const statistics = training ? undefined : {mean: weights[2]!, variance: weights[3]!};
      const expected = tf.grads((a, gamma, beta) => {
        const {mean, variance} = statistics ?? tf.moments(a, [0, 1, 2]);
        return tf.add(tf.mul(tf.div(tf.sub(a, mean), tf.sqrt(tf.add(variance, 1e-3))), gamma), beta);
      })([x, weights[0]!, weights[1]!], dy);
      const loss = (): tf.Scalar => tf.sum(tf.mul(only(layer.apply(x, {training})), dy));
      const {grads} = tf.variableGrads(loss, [weights[0] as tf.Variable, weights[1] as tf.Variable]);
      const byX = tf.grad(a => only(layer.apply(a, {training})))(x, dy);
      t.true(difference(byX, expected[0]!) < 1e-4);
      t.true(difference(grads[(weights[0] as tf.Variable).name]!, expected[1]!) < 1e-4);
      t.true(difference(grads[(weights[1] as tf.Variable).name]!, expected[2]!) < 1e-4);
    });
  });
}
