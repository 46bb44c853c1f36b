import '@tensorflow/tfjs-backend-cpu';
import test from 'ava';
import {Random} from '../../../../bench/lib/random.ts';
import {segment} from '../../../../src/deeplab/pipeline/segment.ts';
import {refine} from '../../../../src/index.ts';
import * as tf from '../../../../src/tfjs/core.ts';
import {EDGE, HEIGHT, POINTS, RGB, TRUTH, WIDTH} from '../../cli/fixtures.ts';
import {FakeModel, redOrBlue} from './fake-model.ts';

const image = {data: RGB, width: WIDTH, height: HEIGHT};
const model = (): FakeModel => new FakeModel(x => redOrBlue(x));
const FREE = {size: [null, null]} as const;
const freeModel = (): FakeModel => new FakeModel(x => redOrBlue(x), FREE);

test.before(() => tf.setBackend('cpu'));

/** Integers that differ, without printing them all. */
function differing(a: Int32Array, b: Int32Array): number {
  return a.length === b.length ? a.filter((label, i) => label !== b[i]).length : Infinity;
}

/** A picture of soft random colours. */
function randomPicture(width: number, height: number) {
  const random = new Random(width * height);
  const data = Uint8Array.from({length: width * height * 3}, (_, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
    return 127 + 100 * Math.sin(x / 9 + (i % 3)) * Math.cos(y / 7) + 20 * random.uniform();
  });
  return {data, width, height};
}

test.serial('gives a label and probabilities for each pixel', async t => {
  const {labels, probabilities, networkLabels, classes, width, height, timings} = await segment(model(), image);
  t.is(differing(labels, TRUTH), 0);
  t.is(networkLabels, labels);
  t.deepEqual([classes, width, height], [2, WIDTH, HEIGHT]);
  // softmax of (200 - 128) / 128 and (30 - 128) / 128
  t.true(Math.abs((probabilities[0] ?? 0) - 1 / (1 + Math.exp(-170 / 128))) < 1e-6);
  t.true(timings.network > 0 && timings.refinement === 0 && timings.total >= timings.network);
});

test.serial('shows the picture in the top left corner, normalised, and 0 beyond it', async t => {
  let input: Float32Array | undefined;
  const spy = new FakeModel(
    x => {
      input = x.dataSync<'float32'>();
      return redOrBlue(x, 4);
    },
    {size: [33, 41]},
  );
  await segment(spy, image);
  t.deepEqual(spy.seen, [[1, 33, 41, 3]]);
  for (const [y, x, expected] of [
    [0, 0, [200, 30, 30]],
    [HEIGHT - 1, EDGE, [30, 30, 200]],
    [HEIGHT, 0, [128, 128, 128]],
    [0, WIDTH, [128, 128, 128]],
  ] as const) {
    const at = (y * 41 + x) * 3;
    t.deepEqual(
      [...(input?.slice(at, at + 3) ?? [])],
      expected.map(value => (value - 128) / 128),
    );
  }
});

test.serial('takes 513 x 513 for models of variable size, as DeepLab evaluates, or what is said', async t => {
  const spy = freeModel();
  await segment(spy, image);
  await segment(spy, image, {inputSize: [65, 33]});
  t.deepEqual(spy.seen, [
    [1, 513, 513, 3],
    [1, 65, 33, 3],
  ]);
});

test.serial('preprocesses as the model wants it', async t => {
  let first: number[] = [];
  const spy = new FakeModel(x => {
    first = [...x.dataSync().slice(0, 3)];
    return redOrBlue(x);
  });
  await segment(spy, image, {preprocessing: 'caffe'});
  t.true(first.every((value, i) => Math.abs(value - ([30 - 104.008, 30 - 116.669, 200 - 122.675][i] ?? 0)) < 1e-3));
  await segment(spy, image, {preprocessing: {mean: [0, 0, 0], deviation: [100, 10, 10]}});
  t.deepEqual(first, [2, 3, 3]);
});

test.serial('hands bytes over as they are, and no padding, to models that take integers', async t => {
  const spy = new FakeModel(x => redOrBlue(tf.cast(x, 'float32')), {...FREE, dtype: 'int32'});
  const {labels} = await segment(spy, image);
  t.is(differing(labels, TRUTH), 0);
  t.deepEqual(spy.seen, [[1, HEIGHT, WIDTH, 3]]);
});

test.serial('enlarges scores with aligned corners', async t => {
  const picture = randomPicture(33, 33);
  const coarse = new FakeModel(x => redOrBlue(x, 8));
  const {labels} = await segment(coarse, picture);
  const x = tf.tensor4d(
    Float32Array.from(picture.data, v => (v - 128) / 128),
    [1, 33, 33, 3],
  );
  const expected = tf.argMax(tf.image.resizeBilinear(redOrBlue(x, 8), [33, 33], true), 3).dataSync();
  t.is(differing(labels, Int32Array.from(expected)), 0);
});

test.serial('makes pictures smaller that are larger than the input, and the result large again', async t => {
  const [width, height] = [90, 60];
  const data = Uint8Array.from({length: width * height * 3}, (_, i) => {
    const isBlue = Math.floor(i / 3) % width >= 40;
    return (isBlue ? [30, 30, 200] : [200, 30, 30])[i % 3] ?? 0;
  });
  const spy = model();
  const {labels} = await segment(spy, {data, width, height});
  t.is(spy.seen.length, 1);
  const wrong = labels.filter((label, i) => label !== (i % width >= 40 ? 1 : 0)).length;
  t.true(wrong <= 2 * height, `${wrong} of ${labels.length} wrong`);
});

test.serial('cuts pictures into pieces, with the same result where each pixel speaks for itself', async t => {
  const picture = randomPicture(70, 45);
  const whole = await segment(freeModel(), picture, {inputSize: 129});
  for (const tiles of [true, {size: 20, overlap: 6}, {size: [9, 31] as const, overlap: 0}]) {
    const pieces = await segment(model(), picture, {tiles});
    t.is(differing(pieces.labels, whole.labels), 0);
    t.true(pieces.probabilities.every((p, i) => Math.abs(p - (whole.probabilities[i] ?? 0)) < 1e-5));
  }
  const labelsAlone = await segment(model(), picture, {tiles: true, probabilities: false});
  t.is(labelsAlone.probabilities, undefined);
  t.is(differing(labelsAlone.labels, whole.labels), 0);
});

test.serial('averages probabilities over scales and mirror images', async t => {
  const picture = randomPicture(40, 30);
  const spy = new FakeModel(x => redOrBlue(x, 8), FREE);
  const options = {inputSize: 65};
  const scales = [0.5, 1, 1.5];
  const both = await segment(spy, picture, {...options, scales, flip: true});
  t.deepEqual(
    spy.seen.map(shape => shape[1]),
    [33, 33, 65, 65, 97, 97],
  );
  const singles = await Promise.all(
    scales.map(scale => segment(spy, picture, {...options, scales: [scale], flip: true})),
  );
  both.probabilities.forEach((p, i) => {
    const mean = singles.reduce((sum, {probabilities}) => sum + (probabilities[i] ?? 0), 0) / 3;
    if (Math.abs(p - mean) > 1e-5) t.fail(`${p} is not ${mean}`);
  });
});

test.serial('a mirrored picture gives the mirrored result with flip', async t => {
  const picture = randomPicture(33, 33);
  const mirrored = picture.data.map((_, i) => {
    const pixel = Math.floor(i / 3);
    return picture.data[(pixel - (pixel % 33) + 32 - (pixel % 33)) * 3 + (i % 3)] ?? 0;
  });
  const network = new FakeModel(x => redOrBlue(x, 8));
  const one = await segment(network, picture, {flip: true});
  const other = await segment(network, {...picture, data: mirrored}, {flip: true});
  one.probabilities.forEach((p, i) => {
    const pixel = i >> 1;
    const q = other.probabilities[2 * (pixel - (pixel % 33) + 32 - (pixel % 33)) + (i & 1)] ?? 0;
    if (Math.abs(p - q) > 1e-5) t.fail(`${p} is not ${q}`);
  });
  t.pass();
});

test.serial('a fixed input sees larger scales window by window', async t => {
  const spy = model();
  const {labels} = await segment(spy, image, {scales: [2]});
  t.true(spy.seen.length > 1);
  t.true(labels.filter((label, i) => label !== TRUTH[i]).length <= 2 * HEIGHT);
});

test.serial('refines with the CRF as refine does', async t => {
  const noisy = new FakeModel(x => redOrBlue(tf.add(x, tf.randomUniform(x.shape, -1, 1, 'float32', 5))), {
    size: [33, 33],
  });
  const network = await segment(noisy, image);
  const refined = await segment(noisy, image, {crf: {preset: 'pydensecrf', iterations: 3}});
  t.is(differing(refined.networkLabels, network.labels), 0);
  t.not(differing(refined.labels, network.labels), 0);
  t.true(refined.timings.refinement > 0);
  const expected = await refine({
    image: RGB,
    width: WIDTH,
    height: HEIGHT,
    probabilities: network.probabilities,
    preset: 'pydensecrf',
    iterations: 3,
  });
  t.is(differing(refined.labels, expected.labels), 0);
  t.true(refined.probabilities.every((p, i) => Math.abs(p - (expected.probabilities[i] ?? 0)) < 1e-5));
});

test.serial('understands probabilities and labels', async t => {
  const probabilities = new FakeModel(x => tf.softmax(redOrBlue(x)));
  const logits = await segment(model(), image);
  const same = await segment(probabilities, image);
  t.true(same.probabilities.every((p, i) => Math.abs(p - (logits.probabilities[i] ?? 0)) < 1e-5));
  const labels = new FakeModel(x => tf.argMax(redOrBlue(x), 3));
  const read = await segment(labels, image, {classes: 3, groundTruthProbability: 0.9});
  t.is(differing(read.labels, TRUTH), 0);
  t.true([0.9, 0.05, 0.05].every((p, i) => Math.abs(p - (read.probabilities[i] ?? 0)) < 1e-6));
});

test.serial('takes the largest of several scores, or the output that is named', async t => {
  const several = new FakeModel(x => [tf.argMax(redOrBlue(x), 3), redOrBlue(x, 8), tf.neg(redOrBlue(x))], {
    outputs: ['labels', 'small', 'large'],
  });
  t.deepEqual(
    (await segment(several, image)).labels,
    TRUTH.map(label => 1 - label),
  );
  t.is(differing((await segment(several, image, {output: 'labels', classes: 2})).labels, TRUTH), 0);
});

test.serial('takes grey, alpha and floats', async t => {
  const grey = new Uint8Array(POINTS).fill(9);
  t.is((await segment(model(), {data: grey, width: WIDTH, height: HEIGHT})).labels.length, POINTS);
  const rgba = Float32Array.from({length: 4 * POINTS}, (_, i) =>
    i % 4 === 3 ? 7 : (RGB[Math.floor(i / 4) * 3 + (i % 4)] ?? 0),
  );
  t.is(differing((await segment(model(), {data: rgba, width: WIDTH, height: HEIGHT})).labels, TRUTH), 0);
  const point = await segment(model(), {data: Uint8Array.of(0, 0, 255), width: 1, height: 1}, {crf: 'deeplab-v1'});
  t.is(differing(point.labels, Int32Array.of(1)), 0);
});

test.serial('reports every run of the network and every iteration', async t => {
  const steps: number[] = [];
  const onProgress = (done: number, total: number): void => {
    t.is(total, 2 * (2 + 3));
    steps.push(done);
  };
  const tiles = {size: [HEIGHT, 14] as const, overlap: 4};
  await segment(model(), image, {tiles, flip: true, crf: {iterations: 3}, onProgress});
  t.deepEqual(steps, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test.serial('ends with the reason of an abort, and leaves no tensor', async t => {
  const before = tf.memory().numTensors;
  const controller = new AbortController();
  const stop = (done: number): void => {
    if (done === 1) controller.abort(new Error('enough'));
  };
  const spy = model();
  await t.throwsAsync(segment(spy, image, {scales: [1, 0.5], signal: controller.signal, onProgress: stop}), {
    message: 'enough',
  });
  t.is(spy.seen.length, 1);
  await t.throwsAsync(segment(spy, image, {signal: controller.signal}), {message: 'enough'});
  t.is(spy.seen.length, 1);
  const thrown = new Error('thrown');
  const onProgress = (): void => {
    throw thrown;
  };
  t.is(await t.throwsAsync(segment(spy, image, {onProgress})), thrown);
  await segment(spy, image, {flip: true, tiles: {size: 9}, crf: 'deeplab-v1'});
  t.is(tf.memory().numTensors, before);
});

test.serial('an abort in the middle of the pieces ends there, whoever is at work', async t => {
  const picture = randomPicture(70, 45);
  const before = tf.memory().numTensors;
  // Nine pieces of two looks and four iterations: in the network of the third, and in the CRF of the second.
  for (const [at, looks] of [
    [13, 5],
    [9, 4],
  ] as const) {
    const controller = new AbortController();
    const spy = model();
    const seen: number[] = [];
    const onProgress = (done: number, total: number): void => {
      t.is(total, 9 * 6);
      seen.push(done);
      if (done === at) controller.abort(new Error('enough'));
    };
    const options = {tiles: {size: [20, 30] as const, overlap: 6}, flip: true, crf: {iterations: 4}};
    await t.throwsAsync(segment(spy, picture, {...options, signal: controller.signal, onProgress}), {
      message: 'enough',
    });
    t.is(spy.seen.length, looks);
    t.true(seen.every(done => done <= at + 1));
    t.is(tf.memory().numTensors, before);
  }
});
