import test from 'ava';
import {type Compatibility, DenseCRF, unaryFromSoftmax} from '../../../src/index.ts';
import {difference, makeScene} from './scene.ts';

const scene = makeScene();

function withCompat(compat: Compatibility): DenseCRF {
  const crf = new DenseCRF({shape: scene.shape, labels: 3});
  crf.setUnaryEnergy(unaryFromSoftmax(scene.probabilities, {labels: 3}));
  crf.addPairwiseGaussian({sxy: 2, compat});
  return crf;
}

function run(compat: Compatibility): Float32Array {
  return withCompat(compat).inferenceSync(4).probabilities;
}

test('a number is the same as its negative for each label, and as a matrix', t => {
  const expected = run(4);
  t.true(difference(run([-4, -4, -4]), expected) < 1e-5);
  const negative = [
    [-4, 0, 0],
    [0, -4, 0],
    [0, 0, -4],
  ];
  t.true(difference(run(negative), expected) < 1e-5);
  const penalty = negative.map(row => row.map(value => value + 4));
  t.true(difference(run(penalty), expected) < 1e-2, 'w (1 - I) differs by a constant, filtered ones being nearly 1');
});

test('a matrix that is not symmetric is used as (m + m^T) / 2', t => {
  const skew = [
    [-4, 2, 0],
    [0, -3, 5],
    [1, 1, -5],
  ];
  const symmetric = [
    [-4, 1, 0.5],
    [1, -3, 3],
    [0.5, 3, -5],
  ];
  t.deepEqual(run(skew), run(symmetric));
  t.deepEqual(withCompat(skew).compatibility(0), symmetric);
});

test('compatibility gives back what is in use', t => {
  t.is(withCompat(3).compatibility(0), 3);
  t.deepEqual(withCompat([1, -2, 0.5]).compatibility(0), [1, -2, 0.5]);
});

test('setCompatibility changes one term', t => {
  const crf = withCompat(4);
  const before = crf.inferenceSync(4).probabilities;
  crf.setCompatibility(0, 1);
  t.is(crf.compatibility(0), 1);
  t.deepEqual(crf.inferenceSync(4).probabilities, run(1));
  crf.setCompatibility(0, [-4, -2, -3]);
  t.deepEqual(crf.inferenceSync(4).probabilities, run([-4, -2, -3]));
  crf.setCompatibility(0, 4);
  t.deepEqual(crf.inferenceSync(4).probabilities, before);
});

test('what is given back is a copy', t => {
  const crf = withCompat([1, 2, 3]);
  const compat = crf.compatibility(0);
  if (Array.isArray(compat)) compat[0] = 9;
  t.deepEqual(crf.compatibility(0), [1, 2, 3]);
});
