import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import test from 'ava';
import {enableAtrousTraining} from '../../../../src/tfjs/gradients/index.ts';
import {close} from '../../ops/oracle.ts';

type Args = Parameters<typeof tfl.layers.depthwiseConv2d>[0];

/** A model of one such layer, with weights that are the same in every run. */
function modelOf(args: Partial<Args>, inputShape = [9, 8, 3]): tfl.Sequential {
  const seeded = (seed: number): ReturnType<typeof tfl.initializers.randomNormal> =>
    tfl.initializers.randomNormal({seed});
  const layer = tfl.layers.depthwiseConv2d({
    kernelSize: [3, 2],
    depthwiseInitializer: seeded(1),
    biasInitializer: seeded(2),
    ...args,
    inputShape,
  });
  return tfl.sequential({layers: [layer]});
}

const pictures = (...shape: [number, number, number, number]): tf.Tensor4D =>
  tf.randomNormal<tf.Rank.R4>(shape, 0, 1, 'float32', 3);

/** What the layer should compute. */
function expected(
  model: tfl.Sequential,
  x: tf.Tensor4D,
  pad: 'same' | 'valid',
  dilations: [number, number],
): tf.Tensor {
  const [filter, bias] = model.layers[0]!.getWeights();
  const y = tf.depthwiseConv2d(x, filter as tf.Tensor4D, 1, pad, 'NHWC', dilations);
  return bias ? tf.add(y, bias) : y;
}

function same(t: Parameters<typeof close>[0], actual: tf.Tensor, wanted: tf.Tensor, text: string): void {
  t.deepEqual(actual.shape, wanted.shape, text);
  close(t, actual.dataSync<'float32'>(), wanted.dataSync<'float32'>(), text, 1e-6);
}

test.before(() => tf.setBackend('cpu'));

for (const padding of ['same', 'valid'] as const) {
  for (const depthMultiplier of [1, 2]) {
    test.serial(`respects dilationRate: ${padding}, multiplier ${depthMultiplier}`, t => {
      const restore = enableAtrousTraining();
      for (const dilationRate of [2, 3, [1, 4]] as (number | [number, number])[]) {
        const model = modelOf({padding, depthMultiplier, dilationRate});
        const x = pictures(2, 9, 8, 3);
        const y = model.predict(x) as tf.Tensor;
        const rates: [number, number] = typeof dilationRate === 'number' ? [dilationRate, dilationRate] : dilationRate;
        same(t, y, expected(model, x, padding, rates), `rate ${String(dilationRate)}`);
        t.deepEqual(model.outputs[0]!.shape.slice(1), y.shape.slice(1));
      }
      restore();
    });
  }
}

test.serial('with activation, without bias, channels first', t => {
  const restore = enableAtrousTraining();
  const model = modelOf({dilationRate: 2, padding: 'same', activation: 'softmax', useBias: false});
  const x = pictures(1, 9, 8, 3);
  same(t, model.predict(x) as tf.Tensor, tf.softmax(expected(model, x, 'same', [2, 2])), 'softmax');

  const first = modelOf({dilationRate: 2, dataFormat: 'channelsFirst'}, [3, 9, 8]);
  const y = first.predict(tf.transpose(x, [0, 3, 1, 2])) as tf.Tensor;
  t.deepEqual(first.outputs[0]!.shape, [null, 3, 5, 6]);
  same(t, tf.transpose(y, [0, 2, 3, 1]), expected(first, x, 'valid', [2, 2]), 'channels first');
  restore();
});

test.serial('a layer without dilationRate stays what it is', t => {
  const model = modelOf({padding: 'same', strides: 2, activation: 'relu'});
  const x = pictures(1, 9, 8, 3);
  const before = model.predict(x) as tf.Tensor;
  const restore = enableAtrousTraining();
  t.deepEqual((model.predict(x) as tf.Tensor).dataSync(), before.dataSync());
  restore();
});

test.serial('what it does not take is refused as before', t => {
  const restore = enableAtrousTraining();
  const layer = tfl.layers.depthwiseConv2d({kernelSize: 3, dilationRate: 2});
  t.throws(() => layer.apply(tf.zeros([4, 4, 3])), {message: /rank 4/});
  restore();
});

test.serial('layers that are there already respect it too, and ignore it again afterwards', t => {
  const model = modelOf({dilationRate: 3, padding: 'same'});
  const x = pictures(1, 9, 8, 3);
  const [ignoring, respecting] = [expected(model, x, 'same', [1, 1]), expected(model, x, 'same', [3, 3])];
  same(t, model.predict(x) as tf.Tensor, ignoring, 'before');
  const restore = enableAtrousTraining();
  same(t, model.predict(x) as tf.Tensor, respecting, 'mended');
  restore();
  same(t, model.predict(x) as tf.Tensor, ignoring, 'restored');
});

test.serial('is written to files as ever, and read', async t => {
  const plain = modelOf({dilationRate: 2, name: 'depthwise'});
  const restore = enableAtrousTraining();
  const mended = modelOf({dilationRate: 2, name: 'depthwise'});
  t.deepEqual(mended.layers[0]!.getConfig(), plain.layers[0]!.getConfig());
  t.deepEqual(mended.layers[0]!.getConfig().dilationRate, [2, 2]);
  const saved: tf.io.ModelArtifacts[] = [];
  await mended.save(
    tf.io.withSaveHandler(artifacts => {
      saved.push(artifacts);
      return Promise.resolve({modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}});
    }),
  );
  const loaded = await tfl.loadLayersModel(tf.io.fromMemory(saved[0]!));
  const x = pictures(1, 9, 8, 3);
  same(t, loaded.predict(x) as tf.Tensor, mended.predict(x) as tf.Tensor, 'loaded');
  restore();
});
