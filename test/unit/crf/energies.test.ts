import test from 'ava';
import {DenseCRF, unaryFromSoftmax} from '../../../src/index.ts';
import {difference, makeCrf, makeScene} from './scene.ts';

const scene = makeScene();
const energy = unaryFromSoftmax(scene.probabilities, {labels: 3});

test('the unary energy of a labeling is read off the unaries', t => {
  const crf = makeCrf(scene);
  const expected = Float32Array.from(scene.truth, (label, point) => energy[3 * point + label]!);
  for (const Kind of [Uint8Array, Uint8ClampedArray, Uint16Array, Int32Array]) {
    t.true(difference(crf.unaryEnergy(Kind.from(scene.truth)), expected) < 1e-6, Kind.name);
  }
});

test('without a term, the pairwise energy is that of all terms', t => {
  const crf = makeCrf(scene);
  const terms = [crf.pairwiseEnergy(scene.truth, 0), crf.pairwiseEnergy(scene.truth, 1)] as const;
  const sum = terms[0].map((value, i) => value + terms[1][i]!);
  t.true(difference(crf.pairwiseEnergy(scene.truth), sum) < 1e-5);
  t.deepEqual(crf.pairwiseEnergy(scene.truth, -1), crf.pairwiseEnergy(scene.truth));
  const bare = new DenseCRF({shape: scene.shape, labels: 3});
  t.deepEqual(bare.pairwiseEnergy(scene.truth), new Float32Array(1200));
});

test('agreement counts half the compatibility, positive as in the classic code', t => {
  const crf = new DenseCRF({shape: scene.shape, labels: 3});
  crf.addPairwiseGaussian({sxy: 2, compat: 3});
  const [uniform, mixed] = [crf.pairwiseEnergy(new Uint8Array(1200)), crf.pairwiseEnergy(scene.truth)];
  t.true(uniform.every(value => value > 1 && value < 2));
  t.true(uniform.every((value, i) => value >= mixed[i]! - 1e-5));
});

test('labels outside the CRF’s are void', t => {
  const crf = makeCrf(scene);
  const labels = Int32Array.from(scene.truth);
  labels[5] = -1;
  labels[6] = 3;
  t.deepEqual(Array.from(crf.unaryEnergy(labels).subarray(5, 7)), [0, 0]);
  t.deepEqual(Array.from(crf.pairwiseEnergy(labels).subarray(5, 7)), [0, 0]);
});
