import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import test, {type ExecutionContext} from 'ava';
import * as deeplab from '../../../../src/deeplab/index.ts';
import {weightNames, withoutOperator} from '../../../../src/deeplab/weights/names.ts';
import {encodeNpy} from '../../../../src/io/npy.ts';
import {difference, only, random1D, random4D, savedAndLoaded, useBackend} from '../tensors.ts';

test.before(useBackend);

async function temporary(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'densecrf-weights-'));
  t.teardown(() => rm(folder, {recursive: true}));
  return folder;
}

/** A small model with statistics and biases that are not those it starts with. */
function trained(options: deeplab.DeepLabV3PlusOptions = {}): LayersModel {
  const model = deeplab.deeplabV3Plus({backbone: 'mobilenetV2', width: 0.25, classes: 3, ...options});
  model.weights.forEach((variable, i) => {
    if (variable.shape.length === 1) variable.write(random1D(variable.shape[0]!, i + 1));
  });
  return model;
}

const blank = (options: deeplab.DeepLabV3PlusOptions = {}): LayersModel =>
  deeplab.deeplabV3Plus({backbone: 'mobilenetV2', width: 0.25, classes: 3, ...options});

function sameOutputs(t: ExecutionContext, a: LayersModel, b: LayersModel, tolerance = 0): void {
  tf.tidy(() => {
    const x = random4D([1, 33, 33, 3]);
    const [expected, actual] = [only(a.predict(x)), only(b.predict(x))];
    const scale = difference(expected, tf.zerosLike(expected));
    t.true(difference(expected, actual) <= tolerance * scale, `${difference(expected, actual)} of ${scale}`);
  });
}

test.serial('a folder of .npy files', async t => {
  const folder = await temporary(t);
  const source = trained();
  for (const [name, {shape, data}] of deeplab.weightsOf(source)) {
    const file = join(folder, `${name}.npy`);
    await mkdir(dirname(file), {recursive: true});
    await writeFile(file, encodeNpy(data, shape));
  }
  const model = blank();
  const report = deeplab.loadWeights(model, await deeplab.readWeights(folder));
  t.is(report.matched.length, model.weights.length);
  t.deepEqual([report.missing, report.unused, report.misfits], [[], [], []]);
  sameOutputs(t, source, model);
});

test.serial('a layers model of TensorFlow.js, as it is and quantized', async t => {
  const source = trained();
  const saved: tf.io.ModelArtifacts[] = [];
  await source.save(
    tf.io.withSaveHandler(artifacts => {
      saved.push(artifacts);
      return Promise.resolve({modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts)});
    }),
  );
  const {weightSpecs = [], weightData, modelTopology} = saved[0]!;
  const folder = await temporary(t);
  const bytes = Buffer.from(tf.io.CompositeArrayBuffer.join(weightData));
  // Two files, cut through the middle of an array.
  const parts = [bytes.subarray(0, 1001), bytes.subarray(1001)];
  for (const [i, part] of parts.entries()) await writeFile(join(folder, `part${i}.bin`), part);
  const manifest = [{paths: ['part0.bin', 'part1.bin'], weights: weightSpecs}];
  await writeFile(join(folder, 'model.json'), JSON.stringify({modelTopology, weightsManifest: manifest}));
  const model = blank();
  t.deepEqual(deeplab.loadWeights(model, await deeplab.readWeights(folder)).unused, []);
  sameOutputs(t, source, model);
  t.is((await deeplab.readWeights(join(folder, 'model.json'))).size, source.weights.length);

  const quantized = await temporary(t);
  const [name, {shape, data}] = [...deeplab.weightsOf(source)][0]!;
  const [min, scale] = [-2, 4 / 255];
  const small = Uint8Array.from(data, value => Math.round((value - min) / scale));
  await writeFile(join(quantized, 'w.bin'), small);
  const weights = [{name, shape, dtype: 'float32', quantization: {dtype: 'uint8', scale, min}}];
  await writeFile(join(quantized, 'model.json'), JSON.stringify({weightsManifest: [{paths: ['w.bin'], weights}]}));
  const read = (await deeplab.readWeights(quantized)).get(name)!;
  t.deepEqual(read.shape, shape);
  t.true(read.data.every((value, i) => Math.abs(value - data[i]!) <= scale / 2 + 1e-6));
});

test.serial("TensorFlow's names are known, folded or not", t => {
  t.deepEqual(weightNames('aspp/aspp1_depthwise/depthwise_kernel'), [
    'aspp/aspp1_depthwise/depthwise_kernel',
    'aspp1_depthwise/depthwise_kernel',
    'aspp/aspp1_depthwise/depthwise_weights',
    'aspp1_depthwise/depthwise_weights',
  ]);
  t.is(
    withoutOperator('MobilenetV2_expanded_conv_1_expand_Relu6_3/kernel'),
    'MobilenetV2_expanded_conv_1_expand/kernel',
  );
  const source = trained();
  const renamed = new Map(
    [...deeplab.weightsOf(source)].map(([name, weights]) => [weightNames(name).at(-1)!.replaceAll('/', '_'), weights]),
  );
  const model = blank();
  t.is(deeplab.loadWeights(model, renamed).matched.length, source.weights.length);
  sameOutputs(t, source, model);
});

test.serial('batch normalization folds into convolutions, and unfolds from them', t => {
  const source = trained();
  const folded = blank({folded: true});
  const weights = deeplab.foldedWeights(source);
  t.deepEqual(deeplab.loadWeights(folded, weights).unused, []);
  sameOutputs(t, source, folded, 1e-4);
  const unfolded = blank();
  t.is(deeplab.loadWeights(unfolded, weights).matched.length, unfolded.weights.length);
  sameOutputs(t, source, unfolded, 1e-4);
});

test.serial('weights that are missing, too many or of another shape are listed', t => {
  const source = trained();
  const weights = new Map(deeplab.weightsOf(source));
  const other = blank({classes: 4});
  const before = deeplab.weightsOf(other).get('MobilenetV2/Conv/kernel')!;
  t.throws(() => deeplab.loadWeights(other, weights), {
    code: 'ERR_INVALID_SHAPE',
    message:
      /logits\/semantic\/kernel \[1, 1, 256, 4\] \(logits\/semantic\/kernel is \[1, 1, 256, 3\]\), logits\/semantic\/bias \[4\]/,
  });
  weights.delete('MobilenetV2/Conv/kernel');
  weights.set('foo', {shape: [1], data: Float32Array.of(1)});
  t.throws(() => deeplab.loadWeights(blank(), weights), {
    code: 'ERR_INVALID_FILE',
    message: 'Expected all weights of the model but these are missing: MobilenetV2/Conv/kernel',
  });
  const report = deeplab.loadWeights(other, weights, {strict: false});
  t.deepEqual(report.missing, ['MobilenetV2/Conv/kernel']);
  t.deepEqual(report.unused, ['foo']);
  t.deepEqual(
    report.misfits.map(({name, expected, found}) => [name, expected, found]),
    [
      ['logits/semantic/kernel', [1, 1, 256, 4], [1, 1, 256, 3]],
      ['logits/semantic/bias', [4], [3]],
    ],
  );
  t.deepEqual(deeplab.weightsOf(other).get('MobilenetV2/Conv/kernel')!.data, before.data);
  const name = 'MobilenetV2/Conv/BatchNorm/gamma';
  t.deepEqual(deeplab.weightsOf(other).get(name)!.data, weights.get(name)!.data);
});

test.serial('a saved and loaded model takes weights too', async t => {
  const source = trained();
  const model = await savedAndLoaded(blank());
  deeplab.loadWeights(model, deeplab.weightsOf(source));
  sameOutputs(t, source, model);
});

test.serial('files that hold no weights are refused', async t => {
  const folder = await temporary(t);
  const write = (text: string) => writeFile(join(folder, 'model.json'), text);
  const refused = {code: 'ERR_INVALID_FILE'} as const;
  await t.throwsAsync(deeplab.readWeights(folder), {...refused, message: /found none/});
  await t.throwsAsync(deeplab.readWeights(join(folder, 'none')), refused);
  await write('no json');
  await t.throwsAsync(deeplab.readWeights(folder), {...refused, message: /model\.json/});
  await write('{}');
  await t.throwsAsync(deeplab.readWeights(folder), {...refused, message: /weightsManifest/});
  await write('{"weightsManifest": [{"paths": ["gone.bin"], "weights": []}]}');
  await t.throwsAsync(deeplab.readWeights(folder), {...refused, message: /gone\.bin/});
  await write('{"weightsManifest": [{"paths": ["../w.bin"], "weights": []}]}');
  await t.throwsAsync(deeplab.readWeights(folder), {...refused, message: /beside it/});
  await writeFile(join(folder, 'w.bin'), Buffer.alloc(3));
  await write(
    '{"weightsManifest": [{"paths": ["w.bin"], "weights": [{"name": "a", "shape": [2], "dtype": "float32"}]}]}',
  );
  await t.throwsAsync(deeplab.readWeights(folder), {...refused, message: /8 bytes.*3 bytes/});
});
