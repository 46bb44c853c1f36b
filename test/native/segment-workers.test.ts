// segment() in workers that are terminated in the middle of it: tensors, plans and jobs of the CRF go with them.
import {once} from 'node:events';
import test from 'ava';
import {segment} from '../../src/deeplab/pipeline/segment.ts';
import * as tf from '../../src/tfjs/core.ts';
import '../../src/tfjs/index.ts';
import {HEIGHT, RGB, TRUTH, WIDTH} from '../unit/cli/fixtures.ts';
import {FakeModel, redOrBlue} from '../unit/deeplab/pipeline/fake-model.ts';
import {startWorker} from './support.ts';

for (const where of ['network', 'crf']) {
  test.serial(`workers terminated in the ${where}, and segmenting goes on elsewhere`, async t => {
    for (let i = 0; i < 3; ++i) {
      const worker = startWorker('endless-segment', where);
      t.deepEqual(await once(worker, 'message'), ['segmenting']);
      t.is(await worker.terminate(), 1);
    }
    await tf.setBackend('densecrf');
    const model = new FakeModel(x => redOrBlue(x));
    const {networkLabels} = await segment(model, {data: RGB, width: WIDTH, height: HEIGHT}, {crf: 'deeplab-v1'});
    t.deepEqual(networkLabels, TRUTH);
  });
}
