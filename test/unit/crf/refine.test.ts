import test from 'ava';
import {DenseCRF, presets, refine, refineSync, unaryFromLabels, unaryFromSoftmax} from '../../../src/index.ts';
import {accuracy, difference, makeScene, toChannelsFirst} from './scene.ts';

const scene = makeScene();
const {image, width, height, probabilities, truth} = scene;
const picture = {image, width, height};
const firm = {preset: 'pydensecrf', bilateral: {sxy: 15}} as const;
/** The scene as foreground and background. */
const mask = truth.map(label => (label > 0 ? 255 : 0));
const noisyMask = mask.map((value, i) => ((i * 7919) % 10 === 0 ? 255 - value : value));

test('one call does what DenseCRF does step by step', async t => {
  const {gaussian, bilateral, iterations} = presets['weakly-supervised'];
  const crf = new DenseCRF({shape: scene.shape, labels: 3});
  crf.setUnaryEnergy(unaryFromSoftmax(probabilities, {labels: 3}));
  crf.addPairwiseGaussian(gaussian);
  crf.addPairwiseBilateral({...bilateral, image});
  const expected = {...crf.inferenceSync(iterations), width, height};
  t.deepEqual(await refine({...picture, probabilities, preset: 'weakly-supervised'}), expected);
  t.deepEqual(refineSync({...picture, probabilities, preset: 'weakly-supervised'}), expected);
});

test('it makes a noisy segmentation better', async t => {
  const {labels} = await refine({...picture, probabilities, ...firm});
  t.true(accuracy(labels, truth) > 0.98);
});

test('the preset is deeplab-v2-resnet101 unless another is named', t => {
  const named = refineSync({...picture, probabilities, preset: 'deeplab-v2-resnet101'});
  t.deepEqual(refineSync({...picture, probabilities}), named);
  t.notDeepEqual(refineSync({...picture, probabilities, preset: 'pydensecrf'}), named);
});

test('tolerance and freeze shorten inference', async t => {
  const {gaussian, bilateral} = presets['deeplab-v2-resnet101'];
  const crf = new DenseCRF({shape: scene.shape, labels: 3});
  crf.setUnaryEnergy(unaryFromSoftmax(probabilities, {labels: 3}));
  crf.addPairwiseGaussian(gaussian);
  crf.addPairwiseBilateral({...bilateral, image});
  for (const options of [{tolerance: 0.2}, {freeze: 0.1}]) {
    const expected = crf.inferenceSync(10, options).probabilities;
    t.deepEqual(refineSync({...picture, probabilities, ...options}).probabilities, expected);
    t.deepEqual((await refine({...picture, probabilities, ...options})).probabilities, expected);
    t.notDeepEqual(refineSync({...picture, probabilities}).probabilities, expected);
  }
});

test('parameters replace those of the preset one by one, false leaves a term out', t => {
  const base = {...picture, probabilities, iterations: 4};
  const run = (add: (crf: DenseCRF) => void): Float32Array => {
    const crf = new DenseCRF({shape: scene.shape, labels: 3});
    crf.setUnaryEnergy(unaryFromSoftmax(probabilities, {labels: 3}));
    add(crf);
    return crf.inferenceSync(4).probabilities;
  };
  t.deepEqual(
    refineSync({...base, gaussian: {sxy: [2, 3]}, bilateral: {srgb: 9, compat: [-1, -2, -3], normalization: 'after'}})
      .probabilities,
    run(crf => {
      crf.addPairwiseGaussian({sxy: [2, 3], compat: 3});
      crf.addPairwiseBilateral({sxy: 67, srgb: 9, compat: [-1, -2, -3], normalization: 'after', image});
    }),
  );
  t.deepEqual(
    refineSync({...base, gaussian: false}).probabilities,
    run(crf => crf.addPairwiseBilateral({sxy: 67, srgb: 3, compat: 4, image})),
  );
  t.deepEqual(
    refineSync({...base, bilateral: false}).probabilities,
    run(crf => crf.addPairwiseGaussian({sxy: 1, compat: 3})),
  );
  t.true(difference(refineSync({...base, gaussian: false, bilateral: false}).probabilities, probabilities) < 1e-5);
});

test('logits give what their probabilities give', t => {
  const logits = probabilities.map((p, i) => Math.log(p) + (Math.floor(i / 3) % 5));
  const [expected, result] = [refineSync({...picture, probabilities}), refineSync({...picture, logits})];
  t.true(difference(result.probabilities, expected.probabilities) < 1e-4);
  const scaled = {probabilities: refineSync({...picture, probabilities, scale: 0.4, clip: 0.01}).probabilities};
  const same = refineSync({...picture, logits, scale: 0.4, clip: 0.01}).probabilities;
  t.true(difference(same, scaled.probabilities) < 1e-4);
});

test('channels first, all arrays or all but the picture', t => {
  const expected = refineSync({...picture, probabilities});
  const first = toChannelsFirst(expected.probabilities, 3);
  const rest = {width, height, dataFormat: 'channelsFirst', probabilities: toChannelsFirst(probabilities, 3)} as const;
  t.deepEqual(refineSync({...rest, image: toChannelsFirst(image, 3)}).probabilities, first);
  const mixed = refineSync({...rest, image, imageDataFormat: 'channelsLast'});
  t.deepEqual(mixed.probabilities, first);
  t.deepEqual(mixed.labels, expected.labels);
});

test('a label map, with the number of labels seen or said', async t => {
  const noisy = truth.map((label, i) => (i % 9 === 0 ? (label + 1) % 3 : label));
  const {labels, probabilities: q} = await refine({...picture, labels: noisy, ...firm});
  t.is(q.length, 3 * 1200);
  t.true(accuracy(labels, truth) > 0.97);
  t.is((await refine({...picture, labels: noisy, labelCount: 5})).probabilities.length, 5 * 1200);
  t.is((await refine({...picture, labels: new Uint8Array(1200)})).probabilities.length, 2 * 1200);
});

test('a label map: unknown points take the label of their surroundings', t => {
  const holes = truth.map((label, i) => (i % 4 === 0 ? 255 : label));
  const {labels} = refineSync({...picture, labels: holes, voidLabel: 255, groundTruthProbability: 0.9, ...firm});
  t.true(accuracy(labels, truth) > 0.97);
  const fromOne = truth.map((label, i) => (i % 4 === 0 ? 0 : label + 1));
  const unsure = refineSync({...picture, labels: fromOne, zeroUnsure: true, groundTruthProbability: 0.9, ...firm});
  t.deepEqual(
    unsure.labels,
    labels.map(label => label + 1),
  );
  t.is(unsure.probabilities.length, 3 * 1200);
});

test('a label map: channels first', t => {
  const expected = refineSync({...picture, labels: truth});
  const first = refineSync({...picture, labels: truth, dataFormat: 'channelsFirst', imageDataFormat: 'channelsLast'});
  t.deepEqual(first.probabilities, toChannelsFirst(expected.probabilities, 3));
  const crf = new DenseCRF({shape: scene.shape, labels: 3});
  crf.setUnaryEnergy(unaryFromLabels(truth, {labels: 3, zeroUnsure: false}));
  const {gaussian, bilateral, iterations} = presets['deeplab-v2-resnet101'];
  crf.addPairwiseGaussian(gaussian);
  crf.addPairwiseBilateral({...bilateral, image});
  t.deepEqual(crf.inferenceSync(iterations).labels, expected.labels);
});

test('foreground: a mask of bytes comes back as bytes', async t => {
  const {foreground, labels, ...size} = await refine({...picture, foreground: noisyMask, ...firm});
  t.true(foreground instanceof Uint8Array);
  t.deepEqual(size, {width, height});
  t.true(accuracy(labels, mask.map(Math.sign)) > 0.97);
  labels.forEach((label, i) => {
    if (foreground[i] !== 127 && foreground[i] !== 128) t.is(label, Number(foreground[i]! > 127));
  });
});

test('foreground: probabilities come back as probabilities', t => {
  const p = Float32Array.from(noisyMask, value => (value === 255 ? 0.7 : 0.3));
  const {foreground, labels} = refineSync({...picture, foreground: p, ...firm});
  t.true(foreground instanceof Float32Array);
  const pair = Float32Array.from({length: 2400}, (_, i) => (i % 2 === 0 ? 1 - p[i >> 1]! : p[i >> 1]!));
  const expected = refineSync({...picture, probabilities: pair, ...firm});
  t.true(
    difference(
      foreground,
      expected.probabilities.filter((_, i) => i % 2 === 1),
    ) < 1e-5,
  );
  t.deepEqual(labels, expected.labels);
  const bytes = refineSync({...picture, foreground: noisyMask, ...firm});
  t.true(
    difference(
      foreground.map(value => 255 * value),
      bytes.foreground,
    ) <= 0.51,
  );
});

test('foreground: how far a mask is believed can be said', t => {
  const alone = {gaussian: false, bilateral: false} as const;
  const run = (groundTruthProbability?: number): Uint8Array =>
    refineSync({...picture, ...alone, foreground: mask, groundTruthProbability}).foreground;
  const expected = (p: number): number[] => Array.from(mask, value => 255 * (value === 255 ? p : 1 - p));
  t.true(difference(run(), expected(0.7)) < 0.51);
  t.true(difference(run(0.9), expected(0.9)) < 0.51);
  t.true(difference(run(1), expected(1)) < 0.51);
  const half = new Uint8ClampedArray(1200).fill(51);
  const matte = refineSync({...picture, ...alone, foreground: half, groundTruthProbability: 1}).foreground;
  t.true(matte.every(value => value === 51));
});

test('alpha is ignored, grey will do', t => {
  const expected = refineSync({...picture, probabilities});
  const rgba = Uint8Array.from({length: 4800}, (_, i) => (i % 4 === 3 ? i % 251 : image[3 * (i >> 2) + (i % 4)]!));
  t.deepEqual(refineSync({...picture, image: rgba, probabilities}), expected);
  const first = {image: toChannelsFirst(rgba, 4), imageDataFormat: 'channelsFirst'} as const;
  t.deepEqual(refineSync({...picture, ...first, probabilities}), expected);
  const grey = image.filter((_, i) => i % 3 === 0);
  const greyAlpha = Uint8Array.from({length: 2400}, (_, i) => (i % 2 === 0 ? grey[i >> 1]! : i % 251));
  const fromGrey = refineSync({...picture, image: grey, probabilities});
  t.deepEqual(refineSync({...picture, image: greyAlpha, probabilities}), fromGrey);
  t.deepEqual(refineSync({...picture, image: Float32Array.from(grey), probabilities}), fromGrey);
});

test('a picture that knows its size needs no other', t => {
  const data = new Uint8ClampedArray(image);
  const expected = refineSync({...picture, probabilities});
  t.deepEqual(refineSync({image: {data, width, height}, probabilities}), expected);
  t.deepEqual(refineSync({image: {data, width, height}, width, height, probabilities}), expected);
});

test('progress and abort', async t => {
  const seen: number[] = [];
  await refine({...picture, probabilities, iterations: 3, onProgress: (done, total) => seen.push(done / total)});
  t.deepEqual(seen, [1 / 3, 2 / 3, 1]);
  const reason = new Error('never mind');
  t.is(await t.throwsAsync(refine({...picture, probabilities, signal: AbortSignal.abort(reason)})), reason);
  const controller = new AbortController();
  const promise = refine({
    ...{...picture, probabilities, iterations: 2 ** 31 - 1, signal: controller.signal},
    onProgress: () => controller.abort(reason),
  });
  t.is(await t.throwsAsync(promise), reason);
});
