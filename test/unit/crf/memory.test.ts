// What does not fit into memory is refused before anything is allocated. These tests pretend to have little.
import test from 'ava';
import {DenseCRF} from '../../../src/index.ts';
import {resizeBilinear} from '../../../src/ops/index.ts';
import {refuses} from '../bad.ts';

const asItIs = process.constrainedMemory.bind(process);
test.afterEach.always(() => {
  process.constrainedMemory = asItIs;
});

function pretend(bytes: number): void {
  process.constrainedMemory = () => bytes;
}

test.serial('a CRF', t => {
  pretend(2 ** 20);
  const make = (side: number) => (): DenseCRF => new DenseCRF({shape: [side, side], labels: 2});
  refuses(t, make(1000), 'ERR_TOO_LARGE', 'shape [1000, 1000] and 2 labels', '0.001 GiB', '0.015 GiB');
  t.notThrows(make(100));
});

test.serial('a lattice too many', t => {
  const crf = new DenseCRF({shape: [100, 100], labels: 2});
  pretend(2 ** 20);
  crf.addPairwiseGaussian({sxy: 3, compat: 3});
  crf.addPairwiseGaussian({sxy: 3, compat: 3});
  crf.addPairwiseGaussian({sxy: 3, compat: 3});
  refuses(t, () => crf.addPairwiseGaussian({sxy: 3, compat: 3}), 'ERR_TOO_LARGE', 'lattices');
  t.is(crf.terms, 3);
  pretend(0);
  t.is(crf.addPairwiseGaussian({sxy: 3, compat: 3}), 3, '0 means that nobody knows');
});

test.serial('a resized image', t => {
  pretend(2 ** 20);
  const images = {data: new Float32Array(1), shape: [1, 1, 1, 1]} as const;
  refuses(t, () => resizeBilinear(images, [1000, 1000]), 'ERR_TOO_LARGE', 'size');
  t.notThrows(() => resizeBilinear(images, [100, 100]));
});
