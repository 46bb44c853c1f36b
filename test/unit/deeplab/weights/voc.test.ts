// DeepLab v3 on MobileNetV2 with the weights of the public graph gives that graph's logits.
import {existsSync} from 'node:fs';
import {readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import sharp from 'sharp';
import {deeplabV3, loadWeights, readWeights} from '../../../../src/deeplab/index.ts';
import {decodeNpy} from '../../../../src/io/npy.ts';
import {only, useBackend} from '../tensors.ts';

const DATA = join(import.meta.dirname, '../../../../../shared/data');
const SIZE = 513;

test.before(useBackend);

/** A picture as the graph wants it: (rgb - 128) / 128 in the top left corner, 0 elsewhere. */
async function pictureOf(file: string): Promise<tf.Tensor4D> {
  const {data, info} = await sharp(file).removeAlpha().raw().toBuffer({resolveWithObject: true});
  const values = new Float32Array(SIZE * SIZE * 3);
  for (let y = 0; y < info.height; ++y) {
    const row = data.subarray(y * info.width * 3, (y + 1) * info.width * 3);
    values.set(
      Float32Array.from(row, value => (value - 128) / 128),
      y * SIZE * 3,
    );
  }
  return tf.tensor4d(values, [1, SIZE, SIZE, 3]);
}

// Batch normalization folded, as in the graph, for all pictures; and not folded for one, which takes longer.
for (const {outputStride, folded, pictures} of [
  {outputStride: 16, folded: true, pictures: 22},
  {outputStride: 8, folded: true, pictures: 22},
  {outputStride: 16, folded: false, pictures: 1},
]) {
  test.serial(
    `logits of the public graph within 1e-3: output stride ${outputStride}${folded ? '' : ', batch normalization'}`,
    async t => {
      t.timeout(600_000);
      if (!existsSync(DATA)) {
        t.log('Skipped: the pictures and the graph are not here. They belong into shared/data beside this checkout.');
        t.pass();
        return;
      }
      const model = deeplabV3({backbone: 'mobilenetV2', outputStride, folded, inputSize: SIZE, upsample: false});
      const report = loadWeights(model, await readWeights(join(DATA, 'models/deeplabv3_mnv2_voc_os16')));
      t.deepEqual([report.missing, report.misfits], [[], []]);
      const names = (await readdir(join(DATA, 'voc/images'))).map(file => file.replace('.png', '')).slice(0, pictures);
      t.is(names.length, pictures);
      let worst = 0;
      for (const name of names) {
        const stored = decodeNpy(await readFile(join(DATA, `voc/logits_os${outputStride}/${name}.npy`)), name).data;
        const picture = await pictureOf(join(DATA, `voc/images/${name}.png`));
        const logits = tf.tidy(() => only(model.predict(picture)).dataSync());
        t.is(logits.length, stored.length);
        for (let i = 0; i < stored.length; ++i) worst = Math.max(worst, Math.abs(logits[i]! - stored[i]!));
        picture.dispose();
      }
      model.dispose();
      t.log(`${names.length} pictures, largest difference ${worst.toExponential(1)}`);
      t.true(worst < 1e-3);
    },
  );
}
