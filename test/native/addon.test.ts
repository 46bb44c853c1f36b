import {readFile} from 'node:fs/promises';
import test from 'ava';
import {native} from '../../src/native/load.ts';
import {LABELS, POINTS, firstDifference, probabilitiesOf, problem, withStatus} from './support.ts';

test('has the version of the package', async t => {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  t.is(native().version, (JSON.parse(text) as {version: string}).version);
});

test.serial('switches the instruction set', t => {
  const addon = native();
  const first = addon.isa();
  t.true(addon.isas().includes(first));
  for (const name of addon.isas()) {
    t.true(addon.useIsa(name));
    t.is(addon.isa(), name);
  }
  t.false(addon.useIsa('abacus'));
  t.true(addon.useIsa(first));
});

test.serial('sets the number of threads', t => {
  const addon = native();
  const first = addon.concurrency();
  t.true(first >= 1);
  t.is(addon.concurrency(3), 3);
  t.is(addon.concurrency(), 3);
  t.is(addon.concurrency(0), 1);
  t.is(addon.concurrency(1000), 256);
  t.is(addon.concurrency(first), first);
});

test('finds what is not finite', t => {
  const addon = native();
  t.is(addon.firstNotFinite(Float32Array.of(1, 2, 3)), -1);
  t.is(addon.firstNotFinite(Float32Array.of(1, Infinity, NaN)), 1);
  t.is(addon.firstNotFinite(new Float32Array()), -1);
});

test('makes energies of probabilities', t => {
  const energy = native().unaryFromSoftmax(Float32Array.of(1, 0, 0.5, 0.5), 2, 1, 0.25);
  t.deepEqual(
    Array.from(energy, value => Math.exp(-value).toFixed(4)),
    ['1.0000', '0.2500', '0.5000', '0.5000'],
  );
});

test('resizes', t => {
  const shape = {batch: 1, height: 1, width: 2, channels: 1, outHeight: 1, outWidth: 3};
  const addon = native();
  const output = new Float32Array(3);
  addon.resizeBilinear(Float32Array.of(1, 3), {...shape, grid: 'alignCorners'}, output);
  t.deepEqual(output, Float32Array.of(1, 2, 3));
  const short = Float32Array.of(1);
  t.throws(() => addon.resizeBilinear(short, {...shape, grid: 'legacy'}, output), withStatus('invalid-argument'));
});

test('steps by hand as the whole inference does', t => {
  const crf = problem();
  t.throws(() => crf.stepInference(), withStatus('not-started'));
  crf.startInference();
  for (let step = 0; step < 3; ++step) crf.stepInference();
  const probabilities = new Float32Array(POINTS * LABELS);
  crf.current(probabilities, null, false);
  t.is(firstDifference(probabilities, probabilitiesOf(problem(), 3)), -1);
  t.true(Number.isFinite(crf.klDivergence()));
});

test('reads and sets what belongs to a term', t => {
  const crf = problem();
  t.is(crf.vertices(0), 0);
  crf.build();
  t.true(crf.vertices(0) > 0);
  t.true(crf.bytes() > POINTS * LABELS * 4);
  const before = probabilitiesOf(crf, 1);
  crf.setCompatibility(0, {type: 'diagonal', values: new Float32Array(LABELS).fill(-30)});
  t.not(firstDifference(probabilitiesOf(crf, 1), before), -1);
});

test('tells the energies of a labeling', t => {
  const crf = problem();
  const labeling = new Int32Array(POINTS).fill(-1, 1);
  t.is(crf.unaryEnergy(labeling).length, POINTS);
  t.is(crf.unaryEnergy(labeling)[1], 0);
  t.is(crf.pairwiseEnergy(labeling, 0).length, POINTS);
});
