// What `npm run check:models` does at 513 x 513, small enough for every run of the tests.
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {checkTraining, modelSeries} from '../../../../scripts/model-series.ts';
import {deeplabV2} from '../../../../src/deeplab/index.ts';
import {useBackend} from '../tensors.ts';

test.before(useBackend);

// Of a single picture, normalization would take away what is the same all over it: image-level features.
const workload = {pictures: 2, size: 33, classes: 3};
const series = {
  ...modelSeries,
  'v2-resnet101-three-scales': (options: {classes: number}) => deeplabV2({...options, multiScale: true}),
};

for (const [name, create] of Object.entries(series)) {
  test.serial(`${name}: a training step has finite gradients, not all 0, in every weight`, async t => {
    const before = tf.memory().numTensors;
    const model = create({classes: workload.classes});
    t.true(model.trainableWeights.length > 30);
    const {problems, figures} = await checkTraining(model, workload);
    t.log(figures.join(', '));
    t.deepEqual(problems, []);
    model.dispose();
    t.is(tf.memory().numTensors, before);
  });
}
