import test from 'ava';
import {DenseCRF, unaryFromSoftmax} from '../../../src/index.ts';
import {accuracy, difference, makeCrf, makeScene, randomNumbers, toChannelsFirst} from './scene.ts';

const scene = makeScene();

test('says what it was made for', t => {
  const crf = new DenseCRF({shape: [5, 4, 3], labels: 7});
  t.deepEqual(crf.shape, [5, 4, 3]);
  t.is(crf.points, 60);
  t.is(crf.labels, 7);
  t.is(crf.terms, 0);
});

test('inference makes a noisy segmentation better', t => {
  const crf = makeCrf(scene);
  const before = accuracy(crf.mapSync(0), scene.truth);
  const {probabilities, labels} = crf.inferenceSync(5);
  t.is(labels.length, crf.points);
  t.is(probabilities.length, crf.points * crf.labels);
  t.true(before < 0.85);
  t.true(accuracy(labels, scene.truth) > 0.98);
});

test('probabilities add up to one, and labels are where they are greatest', t => {
  const crf = makeCrf(scene);
  const {probabilities, labels} = crf.inferenceSync(3);
  labels.forEach((label, point) => {
    const q = Array.from(probabilities.subarray(3 * point, 3 * point + 3));
    t.true(Math.abs(q.reduce((a, b) => a + b) - 1) < 1e-5);
    t.is(q.indexOf(Math.max(...q)), label);
  });
});

test('no iterations, or no terms, give the softmax of the negative energies', t => {
  const crf = new DenseCRF({shape: scene.shape, labels: 3});
  crf.setUnaryEnergy(unaryFromSoftmax(scene.probabilities, {labels: 3}));
  t.true(difference(crf.inferenceSync(5).probabilities, scene.probabilities) < 1e-5);
  t.true(difference(makeCrf(scene).inferenceSync(0).probabilities, scene.probabilities) < 1e-5);
});

test('asynchronous and synchronous inference give the same', async t => {
  const crf = makeCrf(scene);
  const sync = crf.inferenceSync(4);
  t.deepEqual(await crf.inference(4), sync);
  t.deepEqual(await crf.map(4), sync.labels);
  t.deepEqual(crf.mapSync(4), sync.labels);
});

test('steps by hand give the same as inference', t => {
  const crf = makeCrf(scene);
  const {probabilities, labels} = crf.inferenceSync(3);
  crf.startInference();
  t.true(difference(crf.currentProbabilities(), scene.probabilities) < 1e-5);
  for (let i = 0; i < 3; ++i) crf.stepInference();
  t.true(difference(crf.currentProbabilities(), probabilities) < 1e-6);
  t.true(difference(crf.currentProbabilities({dataFormat: 'channelsFirst'}), toChannelsFirst(probabilities, 3)) < 1e-6);
  t.deepEqual(crf.currentLabels(), labels);
});

test('each step brings the KL divergence down', t => {
  const crf = makeCrf(scene);
  crf.startInference();
  let before = crf.klDivergence();
  for (let i = 0; i < 4; ++i) {
    crf.stepInference();
    const after = crf.klDivergence();
    t.true(after < before);
    before = after;
  }
});

test('channels first is another order of the same numbers', t => {
  const {shape, image, probabilities} = scene;
  const dataFormat = 'channelsFirst';
  const crf = new DenseCRF({shape, labels: 3});
  crf.setUnaryEnergy(unaryFromSoftmax(toChannelsFirst(probabilities, 3), {labels: 3}), {dataFormat});
  crf.addPairwiseGaussian({sxy: 2, compat: 2});
  crf.addPairwiseBilateral({sxy: 15, srgb: 15, image: toChannelsFirst(image, 3), compat: 4, dataFormat});
  const expected = makeCrf(scene).inferenceSync(5);
  const result = crf.inferenceSync(5, {dataFormat});
  t.deepEqual(result.probabilities, toChannelsFirst(expected.probabilities, 3));
  t.deepEqual(result.labels, expected.labels);
});

test('bytes, clamped bytes and floats are the same picture', t => {
  const expected = makeCrf(scene).inferenceSync(5);
  for (const Kind of [Uint8ClampedArray, Float32Array]) {
    const crf = new DenseCRF({shape: scene.shape, labels: 3});
    crf.setUnaryEnergy(unaryFromSoftmax(scene.probabilities, {labels: 3}));
    crf.addPairwiseGaussian({sxy: 2, compat: 2});
    crf.addPairwiseBilateral({sxy: 15, srgb: 15, image: Kind.from(scene.image), compat: 4});
    t.deepEqual(crf.inferenceSync(5), expected, Kind.name);
  }
});

test('sxy has x first, srgb one number per channel', t => {
  const energies = unaryFromSoftmax(scene.probabilities, {labels: 3});
  const run = (add: (crf: DenseCRF) => void): Float32Array => {
    const crf = new DenseCRF({shape: scene.shape, labels: 3});
    crf.setUnaryEnergy(energies);
    add(crf);
    return crf.inferenceSync(5).probabilities;
  };
  const {image, shape} = scene;
  const [height, width] = shape;
  const features = Float32Array.from({length: 2 * height * width}, (_, i) => {
    const point = Math.floor(i / 2);
    return i % 2 === 0 ? (point % width) / 5 : Math.floor(point / width) / 2;
  });
  t.deepEqual(
    run(crf => crf.addPairwiseGaussian({sxy: [5, 2], compat: 3})),
    run(crf => crf.addPairwiseEnergy({features, compat: 3})),
  );
  t.deepEqual(
    run(crf => crf.addPairwiseBilateral({sxy: [9, 9], srgb: [20, 20, 20], image, compat: 3})),
    run(crf => crf.addPairwiseBilateral({sxy: 9, srgb: 20, image, compat: 3})),
  );
  t.true(
    difference(
      run(crf => crf.addPairwiseBilateral({sxy: 9, srgb: [20, 20, 20], image, compat: 3})),
      run(crf => crf.addPairwiseBilateral({sxy: 9, srgb: [20, 40, 80], image, compat: 3})),
    ) > 1e-3,
  );
});

test('features may come channels first', t => {
  const features = Float32Array.from({length: 5 * 1200}, randomNumbers(3));
  const [last, first] = [makeCrf(scene), makeCrf(scene)];
  t.is(last.addPairwiseEnergy({features, compat: 2}), 2);
  first.addPairwiseEnergy({features: toChannelsFirst(features, 5), compat: 2, dataFormat: 'channelsFirst'});
  t.deepEqual(first.inferenceSync(3), last.inferenceSync(3));
});

test('any number of axes: lines, volumes, point clouds', t => {
  const random = randomNumbers(5);
  for (const shape of [[50], [4, 5, 6], [2, 3, 2, 3, 2]]) {
    const crf = new DenseCRF({shape, labels: 2});
    crf.setUnaryEnergy(Float32Array.from({length: 2 * crf.points}, random));
    crf.addPairwiseGaussian({sxy: 2, compat: 1});
    crf.addPairwiseBilateral({sxy: 3, srgb: 1, image: Float32Array.from({length: crf.points}, random), compat: 1});
    t.true(
      crf.inferenceSync(5).probabilities.every(q => q >= 0 && q <= 1),
      shape.join(),
    );
  }
});

test('pictures of one channel and of many', t => {
  for (const channels of [1, 2, 4, 14]) {
    const crf = new DenseCRF({shape: [6, 7], labels: 2});
    crf.setUnaryEnergy(Float32Array.from({length: 84}, randomNumbers(2)));
    const image = Float32Array.from({length: 42 * channels}, randomNumbers(9));
    crf.addPairwiseBilateral({sxy: 3, srgb: 1, image, compat: 1});
    t.true(crf.inferenceSync(5).probabilities.every(Number.isFinite), `${channels} channels`);
  }
});

test('one label is certain, many labels are possible', t => {
  const one = new DenseCRF({shape: [3, 4], labels: 1});
  one.setUnaryEnergy(new Float32Array(12).fill(2));
  one.addPairwiseGaussian({sxy: 1, compat: 3});
  const {probabilities, labels} = one.inferenceSync(2);
  t.true(difference(probabilities, new Float32Array(12).fill(1)) < 1e-6);
  t.deepEqual(labels, new Int32Array(12));

  const many = new DenseCRF({shape: [2, 3], labels: 65535});
  const energy = new Float32Array(6 * 65535).fill(20);
  [65534, 0, 256, 40000, 1, 65533].forEach((label, point) => (energy[point * 65535 + label] = 0));
  many.setUnaryEnergy(energy);
  t.deepEqual(Array.from(many.mapSync(0)), [65534, 0, 256, 40000, 1, 65533]);
});

test('a new unary takes the place of the old one', t => {
  const crf = makeCrf(scene);
  const before = crf.inferenceSync(3);
  crf.setUnaryEnergy(unaryFromSoftmax(scene.probabilities, {labels: 3, scale: 0.5}));
  t.notDeepEqual(crf.inferenceSync(3), before);
  crf.setUnaryEnergy(unaryFromSoftmax(scene.probabilities, {labels: 3}));
  t.deepEqual(crf.inferenceSync(3), before);
});

test('a logistic unary is weights times features', t => {
  const [random, points, count] = [randomNumbers(8), 12, 3];
  const weights = Float32Array.from({length: 4 * count}, () => random() - 0.5);
  const features = Float32Array.from({length: points * count}, random);
  const energy = Float32Array.from({length: points * 4}, (_, i) => {
    const [point, label] = [Math.floor(i / 4), i % 4];
    return [0, 1, 2].reduce((sum, f) => sum + weights[label * count + f]! * features[point * count + f]!, 0);
  });
  const crf = new DenseCRF({shape: [3, 4], labels: 4});
  crf.setUnaryEnergy(energy);
  const expected = crf.inferenceSync(0).probabilities;
  crf.setLogisticUnary(weights, features);
  t.true(difference(crf.inferenceSync(0).probabilities, expected) < 1e-6);
  crf.setLogisticUnary(weights, toChannelsFirst(features, count), {dataFormat: 'channelsFirst'});
  t.true(difference(crf.inferenceSync(0).probabilities, expected) < 1e-6);
});

test('inputs are copied during the call', t => {
  const {shape, probabilities} = scene;
  const [crf, image] = [new DenseCRF({shape, labels: 3}), scene.image.slice()];
  const energy = unaryFromSoftmax(probabilities, {labels: 3});
  crf.setUnaryEnergy(energy);
  crf.addPairwiseGaussian({sxy: 2, compat: 2});
  crf.addPairwiseBilateral({sxy: 15, srgb: 15, image, compat: 4});
  energy.fill(NaN);
  image.fill(0);
  t.deepEqual(crf.inferenceSync(5), makeCrf(scene).inferenceSync(5));
});

test('results are nobody else’s', t => {
  const crf = makeCrf(scene);
  const [a, b] = [crf.inferenceSync(2), crf.inferenceSync(2)];
  a.probabilities.fill(0);
  a.labels.fill(9);
  t.notDeepEqual(a, b);
  t.deepEqual(crf.inferenceSync(2), b);
});

test('the lattice of a term is built when it is asked for', t => {
  const crf = makeCrf(scene);
  t.true(crf.latticeVertices(0) > 0);
  t.true(crf.latticeVertices(1) > 0);
  crf.setUnaryEnergy(new Float32Array(3600));
  t.is(crf.latticeVertices(0), makeCrf(scene).latticeVertices(0));
});

test('500 x 375 with sxy 3 has the classic number of vertices', t => {
  const crf = new DenseCRF({shape: [375, 500], labels: 2});
  crf.addPairwiseGaussian({sxy: 3, compat: 3});
  t.is(crf.latticeVertices(0), 24540);
});

test('using disposes', t => {
  const crf = makeCrf(scene);
  crf[Symbol.dispose]();
  t.throws(() => crf.mapSync(1), {code: 'ERR_DISPOSED'});
});

test('energies and compatibilities of any size give probabilities', t => {
  for (const [energies, compat] of [
    [1e30, 3],
    [3e38, 3],
    [1, 1e20],
    [1, -1e20],
  ] as const) {
    const crf = new DenseCRF({shape: scene.shape, labels: 3});
    crf.setUnaryEnergy(
      Float32Array.from({length: 3600}, (_, i) => (i % 7 === 0 ? -energies : (energies * (i % 3)) / 2)),
    );
    crf.addPairwiseGaussian({sxy: 2, compat, normalization: 'none'});
    t.true(
      crf.inferenceSync(5).probabilities.every(q => q >= 0 && q < 1.00001),
      `${energies}, ${compat}`,
    );
  }
});
