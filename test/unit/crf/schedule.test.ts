// The options that shorten inference.
import test from 'ava';
import {concurrency} from '../../../src/index.ts';
import {refuses, rejects} from '../bad.ts';
import {makeCrf, makeScene} from './scene.ts';

const scene = makeScene();

function change(a: Float32Array, b: Float32Array): number {
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);
}

test('a tolerance ends inference once an iteration changes no more', async t => {
  const crf = makeCrf(scene);
  let needed = 1;
  while (change(crf.inferenceSync(needed - 1).probabilities, crf.inferenceSync(needed).probabilities) > 1e-3) ++needed;
  t.true(needed > 1);
  const expected = crf.inferenceSync(needed);
  let iterations = 0;
  const stopped = await crf.inference(1000, {tolerance: 1e-3, onProgress: done => (iterations = done)});
  t.is(iterations, needed);
  t.deepEqual(stopped, expected);
  t.deepEqual(crf.inferenceSync(1000, {tolerance: 1e-3}), expected);
  t.deepEqual(await crf.map(1000, {tolerance: 1e-3}), expected.labels);
  t.deepEqual(crf.mapSync(1000, {tolerance: 1e-3}), expected.labels);
  t.deepEqual(crf.inferenceSync(3, {tolerance: 0}), crf.inferenceSync(3));
});

test('freezing leads a little way off, the same on any number of threads', t => {
  const crf = makeCrf(scene);
  const plain = crf.inferenceSync(10).probabilities;
  const frozen = crf.inferenceSync(10, {freeze: 0.01}).probabilities;
  t.true(change(plain, frozen) > 0);
  t.true(change(plain, frozen) < 0.05);
  const threads = concurrency();
  concurrency(3);
  t.deepEqual(crf.inferenceSync(10, {freeze: 0.01}).probabilities, frozen);
  concurrency(threads);
});

test('options out of range are refused', async t => {
  const crf = makeCrf(scene);
  refuses(t, () => crf.inferenceSync(5, {tolerance: -1}), 'ERR_OUT_OF_RANGE', 'tolerance', '-1');
  refuses(t, () => crf.mapSync(5, {tolerance: NaN}), 'ERR_OUT_OF_RANGE', 'tolerance', 'NaN');
  await rejects(t, crf.inference(5, {freeze: 0.6}), 'ERR_OUT_OF_RANGE', 'freeze', '0.6');
  await rejects(t, crf.map(5, {freeze: 2}), 'ERR_OUT_OF_RANGE', 'freeze', '2');
});
