// The published DeepLab of ../shared/data/models on pictures of PASCAL VOC: rewriting changes neither scores nor labels.
import '@tensorflow/tfjs-backend-wasm';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import test, {type ExecutionContext} from 'ava';
import {decodeNpy} from '../../../../src/io/npy.ts';
import {decodePicture, type DecodedPicture} from '../../../../src/io/pictures.ts';
import {loadGraphModel, logitsOf} from '../../../../src/tfjs/index.ts';

const shared = fileURLToPath(new URL('../../../../../shared/data/', import.meta.url));
const missing = existsSync(shared) ? undefined : 'not run: the models of ../shared/data are not on this machine';
const run = missing === undefined ? test.serial : test.serial.skip;

const model = (name: string): string => join(shared, 'models', name);
const PICTURES = 2;

test('the models are there, or the tests below say why they do not run', t => {
  if (missing !== undefined) t.log(missing);
  t.pass();
});

function firstPictures(count: number): Promise<{name: string; picture: DecodedPicture}[]> {
  const files = readdirSync(join(shared, 'voc/images')).sort().slice(0, count);
  return Promise.all(
    files.map(async file => {
      const bytes = readFileSync(join(shared, 'voc/images', file));
      return {name: file.replace('.png', ''), picture: await decodePicture(bytes, file)};
    }),
  );
}

/** `[1, 513, 513, 3]`, the picture in the upper left corner. */
function input({rgb, width, height}: DecodedPicture): tf.Tensor {
  return tf.tidy(() => {
    const scaled = tf.div(tf.sub(tf.tensor4d(Float32Array.from(rgb), [1, height, width, 3]), 128), 128);
    return tf.pad(scaled, [
      [0, 0],
      [0, 513 - height],
      [0, 513 - width],
      [0, 0],
    ]);
  });
}

function compare(t: ExecutionContext, name: string, actual: tf.Tensor, expected: ArrayLike<number>): void {
  const values = actual.dataSync();
  t.is(values.length, expected.length);
  const labels = actual.shape.at(-1)!;
  let [worst, different] = [0, 0];
  for (let pixel = 0; pixel < values.length; pixel += labels) {
    let [best, other] = [0, 0];
    for (let c = 0; c < labels; ++c) {
      worst = Math.max(worst, Math.abs(values[pixel + c]! - expected[pixel + c]!));
      if (values[pixel + c]! > values[pixel + best]!) best = c;
      if (expected[pixel + c]! > expected[pixel + other]!) other = c;
    }
    if (best !== other) different += 1;
  }
  t.true(worst < 2e-3, `${name}: logits differ by ${worst}`);
  t.true(different <= 1e-4 * (values.length / labels), `${name}: ${different} labels differ`);
}

for (const stride of [16, 8]) {
  run(`output stride ${stride}: the stored logits, from 17 fused separable convolutions`, async t => {
    await tf.setBackend('densecrf');
    const network = await loadGraphModel(model(`deeplabv3_mnv2_voc_os${stride}`));
    t.is(network.report.rewrites.fuseSeparable, 17);
    const {low, kind} = logitsOf(network);
    t.deepEqual({low, kind}, {low: 'logits_semantic_BiasAdd_68', kind: 'logits'});
    for (const {name, picture} of await firstPictures(PICTURES)) {
      const x = input(picture);
      const stored = decodeNpy(readFileSync(join(shared, `voc/logits_os${stride}/${name}.npy`)), name).data;
      const logits = network.execute(x, low) as tf.Tensor;
      compare(t, name, logits, stored);
      tf.dispose([x, logits]);
    }
    network.dispose();
  });
}

run('as TensorFlow 1 exports it: the labels and logits of the graph as published', async t => {
  const path = model('deeplabv3_mnv2_voc_s2b');
  const nodes = ['logits/semantic/BiasAdd', 'ArgMax'];
  await tf.setBackend('wasm');
  const original = await loadGraphModel(path, {rewrites: []});
  const [first] = await firstPictures(1);
  const {rgb, width, height} = first!.picture;
  const bytes = Int32Array.from(rgb);
  const evaluate = (network: typeof original): tf.TypedArray[] =>
    tf.tidy(() =>
      (network.execute(tf.tensor(bytes, [1, height, width, 3], 'int32'), nodes) as tf.Tensor[]).map(y =>
        y.dataSync().slice(),
      ),
    );
  const [scores, labels] = evaluate(original);
  for (const backend of ['wasm', 'densecrf']) {
    await tf.setBackend(backend);
    const rewritten = await loadGraphModel(path);
    t.is(rewritten.report.after.SpaceToBatchND, undefined);
    t.is(rewritten.report.rewrites.spaceToBatch, 10);
    t.is(logitsOf(rewritten).low, 'logits/semantic/BiasAdd');
    const [low, map] = evaluate(rewritten);
    compare(t, backend, tf.tensor(low!, [1, 65, 65, 21], 'float32'), scores!);
    const different = Array.from(map!).filter((label, i) => label !== labels![i]).length;
    t.true(different <= 1e-4 * map!.length, `${backend}: ${different} labels differ`);
    rewritten.dispose();
  }
  original.dispose();
});
