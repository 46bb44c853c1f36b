// The published DeepLab v3 on the PASCAL VOC pictures that lie beside a checkout in ../shared, where they do.
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {mostLikely, vocEnergy, vocLabels, vocNames, vocPicture, vocTruth} from '../../../../bench/voc/dataset.ts';
import {ConfusionMatrix} from '../../../../src/deeplab/evaluation/confusion-matrix.ts';
import {loadModel} from '../../../../src/deeplab/pipeline/load-model.ts';
import {segment} from '../../../../src/deeplab/pipeline/segment.ts';
import * as tf from '../../../../src/tfjs/core.ts';
import '../../../../src/tfjs/index.ts';

const folder = fileURLToPath(new URL('../../../../../shared/data/models/deeplabv3_mnv2_voc_os16', import.meta.url));
const names = existsSync(folder) ? vocNames() : [];

if (names.length === 0) {
  test('the published model on real pictures', t => {
    t.log('skipped: shared/data is not beside this checkout');
    t.pass();
  });
}

/** The classic implementation's mean intersection over union in percent: `npm run eval:voc -- --peer`, output stride 16. */
const CLASSIC = 66.63;
const refined = new ConfusionMatrix({classes: vocLabels});

test.before(() => tf.setBackend('densecrf'));

for (const name of names) {
  test.serial(`labels of ${name} are those of the stored logits on 99.9 % of the pixels`, async t => {
    const model = await loadModel(folder);
    const picture = await vocPicture(name);
    const {width, height} = picture;
    const before = tf.memory().numTensors;
    const options = {crf: 'deeplab-v2-resnet101'} as const;
    const {labels, networkLabels, timings} = await segment(model, {data: picture.rgb, width, height}, options);
    t.is(tf.memory().numTensors, before);
    model.dispose();
    const expected = mostLikely(vocEnergy(name, 16, picture));
    const agreeing = networkLabels.filter((label, i) => label === expected[i]).length / labels.length;
    const {network, refinement} = timings;
    t.log(`${(100 * agreeing).toFixed(3)} % agree; network ${network.toFixed(0)} ms, CRF ${refinement.toFixed(0)} ms`);
    t.true(agreeing >= 0.999);
    refined.add(labels, vocTruth(name));
  });
}

// The same network as TensorFlow exports it: bytes of any size in, padded to 513 x 513 by the graph, a label map out.
for (const name of names.slice(0, 2)) {
  test.serial(`scores of ${name} are found in front of the label map of an export`, async t => {
    const model = await loadModel(`${folder}/../deeplabv3_mnv2_voc_s2b`);
    const {rgb: data, width, height} = await vocPicture(name);
    const before = tf.memory().numTensors;
    const {labels, networkLabels, output} = await segment(model, {data, width, height}, {crf: 'deeplab-v2-resnet101'});
    t.deepEqual(output, {name: 'ResizeBilinear_2', argMax: 'ArgMax'});
    t.true(labels.some((label, i) => label !== networkLabels[i]));
    const read = await segment(model, {data, width, height}, {output: 'ArgMax', classes: vocLabels});
    t.is(tf.memory().numTensors, before);
    t.true(read.labels.every((label, i) => label === networkLabels[i]));
    const stored = mostLikely(vocEnergy(name, 16, {rgb: data, width, height}));
    const agreeing = networkLabels.filter((label, i) => label === stored[i]).length / labels.length;
    t.log(`${(100 * agreeing).toFixed(2)} % agree with the network at output stride 16`);
    t.true(agreeing > 0.9);
    model.dispose();
  });
}

if (names.length > 0) {
  test.serial('with the CRF, mIoU is that of the classic implementation within 0.05 points', t => {
    t.is(names.length, 22);
    const found = 100 * refined.meanIoU;
    t.log(`${found.toFixed(2)}, classic ${CLASSIC}`);
    t.true(Math.abs(found - CLASSIC) <= 0.05);
  });
}
