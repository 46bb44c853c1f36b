// The published DeepLab v3 on the PASCAL VOC pictures that lie beside a checkout in ../shared, where they do.
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {mostLikely, vocEnergy, vocNames, vocPicture} from '../../../../bench/voc/dataset.ts';
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

test.before(() => tf.setBackend('densecrf'));

for (const name of names) {
  test.serial(`labels of ${name} are those of the stored logits on 99.9 % of the pixels`, async t => {
    const model = await loadModel(folder);
    const {rgb, width, height} = await vocPicture(name);
    const before = tf.memory().numTensors;
    const {labels, timings} = await segment(model, {data: rgb, width, height});
    t.is(tf.memory().numTensors, before);
    const expected = mostLikely(vocEnergy(name, 16, {width, height, rgb}));
    const agreeing = labels.filter((label, i) => label === expected[i]).length / labels.length;
    t.log(
      `${(100 * agreeing).toFixed(3)} % agree, network ${timings.network.toFixed(0)} ms, ${timings.total.toFixed(0)} ms`,
    );
    t.true(agreeing >= 0.999);
    model.dispose();
  });
}
