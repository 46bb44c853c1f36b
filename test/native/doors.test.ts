import test, {type ExecutionContext} from 'ava';
import {DenseCRF, type Inference, refine} from '../../src/index.ts';
import {HEIGHT, LABELS, POINTS, WIDTH, detach, firstDifference, noise} from './support.ts';

/** More iterations than any test waits for. */
const ENDLESS = 1e9;

function ready(): DenseCRF {
  const crf = new DenseCRF({shape: [HEIGHT, WIDTH], labels: LABELS});
  crf.setUnaryEnergy(noise(POINTS * LABELS));
  crf.addPairwiseGaussian({sxy: 3, compat: 3});
  return crf;
}

function same(t: ExecutionContext, actual: Inference, expected: Inference): void {
  t.is(firstDifference(actual.probabilities, expected.probabilities), -1);
  t.is(firstDifference(actual.labels, expected.labels), -1);
}

test('an abort before the start', async t => {
  const crf = ready();
  const reason = new Error('not today');
  const progress: number[] = [];
  const onProgress = (done: number): number => progress.push(done);
  const run = crf.inference(5, {signal: AbortSignal.abort(reason), onProgress});
  t.is(await t.throwsAsync(run), reason);
  t.deepEqual(progress, []);
  same(t, await crf.inference(5), crf.inferenceSync(5));
});

test('an abort in the middle', async t => {
  const crf = ready();
  const expected = crf.inferenceSync(5);
  const controller = new AbortController();
  const reason = new Error('enough');
  const progress: number[] = [];
  const onProgress = (done: number): void => {
    progress.push(done);
    if (done === 2) controller.abort(reason);
  };
  const run = crf.inference(ENDLESS, {signal: controller.signal, onProgress});
  t.is(await t.throwsAsync(run), reason);
  t.deepEqual(progress, [1, 2]);
  same(t, crf.inferenceSync(5), expected);
});

test('an abort after the end', async t => {
  const crf = ready();
  const controller = new AbortController();
  const result = await crf.inference(5, {signal: controller.signal});
  controller.abort();
  same(t, result, crf.inferenceSync(5));
});

test('one signal for many objects', async t => {
  const controller = new AbortController();
  const runs = [1, 2, 3, 4].map(() => ready().inference(ENDLESS, {signal: controller.signal}));
  controller.abort();
  const ends = await Promise.allSettled(runs);
  t.true(ends.every(end => end.status === 'rejected' && end.reason === controller.signal.reason));
});

test('another operation in the middle', async t => {
  const crf = ready();
  const controller = new AbortController();
  const run = crf.inference(ENDLESS, {signal: controller.signal});
  t.throws(() => crf.inferenceSync(1), {code: 'ERR_BUSY'});
  t.throws(() => crf.setUnaryEnergy(noise(POINTS * LABELS)), {code: 'ERR_BUSY'});
  await t.throwsAsync(crf.inference(1), {code: 'ERR_BUSY'});
  controller.abort(new Error('enough'));
  await t.throwsAsync(run, {message: 'enough'});
  t.notThrows(() => crf.inferenceSync(1));
});

test('dispose in the middle', async t => {
  const crf = ready();
  const run = crf.inference(ENDLESS);
  crf.dispose();
  await t.throwsAsync(run, {code: 'ERR_DISPOSED'});
  t.throws(() => crf.inferenceSync(1), {code: 'ERR_DISPOSED'});
});

test('inputs transferred away in the middle', async t => {
  const image = noise(POINTS * 3, 2).map(value => 255 * value);
  const probabilities = noise(POINTS * LABELS).map(value => value / 2);
  const options = {width: WIDTH, height: HEIGHT, iterations: 20};
  const expected = await refine({...options, image: image.slice(), probabilities: probabilities.slice()});
  const run = refine({...options, image, probabilities});
  [image, probabilities].forEach(detach);
  t.is(image.length, 0);
  same(t, await run, expected);
});
