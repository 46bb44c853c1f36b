// Layers with a dilationRate learn what another of their kind computes.
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import test from 'ava';
import {enableAtrousTraining} from '../../../../src/tfjs/gradients/index.ts';
import {backends} from '../backends.ts';

type Initializer = ReturnType<typeof tfl.initializers.randomNormal>;

interface Common {
  kernelSize: number;
  dilationRate: number;
  padding: 'same';
  inputShape: number[];
}

type LayerOf = (common: Common, kernelInitializer: Initializer) => tfl.layers.Layer;

const layers: Record<string, LayerOf> = {
  conv2d: (common, kernelInitializer) => tfl.layers.conv2d({...common, kernelInitializer, filters: 4}),
  'conv2d with relu': (common, kernelInitializer) =>
    tfl.layers.conv2d({...common, kernelInitializer, filters: 4, activation: 'relu'}),
  'conv2d with softmax': (common, kernelInitializer) =>
    tfl.layers.conv2d({...common, kernelInitializer, filters: 4, activation: 'softmax'}),
  separableConv2d: (common, initializer) =>
    tfl.layers.separableConv2d({
      ...common,
      depthwiseInitializer: initializer,
      pointwiseInitializer: initializer,
      filters: 4,
      depthMultiplier: 2,
    }),
  depthwiseConv2d: (common, depthwiseInitializer) =>
    tfl.layers.depthwiseConv2d({...common, depthwiseInitializer, depthMultiplier: 2}),
  conv1d: (common, kernelInitializer) =>
    tfl.layers.conv1d({...common, kernelInitializer, inputShape: [64, 3], filters: 4}),
};

const quiet: object = {verbose: 0};

/** A model of one layer, the same for the same seed. */
function modelOf(layer: LayerOf, seed: number): tfl.Sequential {
  const common: Common = {kernelSize: 3, dilationRate: 2, padding: 'same', inputShape: [8, 8, 3]};
  return tfl.sequential({layers: [layer(common, tfl.initializers.randomNormal({stddev: 0.5, seed}))]});
}

for (const backend of backends) {
  for (const [name, layer] of Object.entries(layers)) {
    test.serial(`${backend}: ${name} learns`, async t => {
      await tf.setBackend(backend);
      const restore = enableAtrousTraining();
      const [teacher, student] = [modelOf(layer, 1), modelOf(layer, 2)];
      const x = tf.randomNormal([8, ...teacher.inputs[0]!.shape.slice(1).map(Number)], 0, 1, 'float32', 3);
      const y = teacher.predict(x) as tf.Tensor;
      student.compile({optimizer: tf.train.adam(0.05), loss: 'meanSquaredError'});
      const {history} = await student.fit(x, y, {...quiet, epochs: 30, batchSize: 4, shuffle: false});
      const losses = history.loss!.map(Number);
      t.true(losses.at(-1)! < 0.2 * losses[0]!, losses.join(' '));
      restore();
      // tfjs itself refuses; or it ignores the rate.
      const message = /dilation rates greater than 1|not registered/;
      if (name !== 'depthwiseConv2d') await t.throwsAsync(student.fit(x, y, quiet), {message});
    });
  }
}
