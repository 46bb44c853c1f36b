import test from 'ava';
import {native} from '../../src/native/load.ts';
import {
  ENDLESS,
  LABELS,
  POINTS,
  detach,
  firstDifference,
  gaussian,
  noise,
  probabilitiesOf,
  problem,
  withStatus,
} from './support.ts';

/** Enough that the job still runs when its first iteration is heard of. */
const MANY = 500;

test('gives what the synchronous inference gives', async t => {
  const crf = problem();
  const probabilities = new Float32Array(POINTS * LABELS);
  const map = new Int32Array(POINTS);
  t.true(await crf.inference(5, probabilities, map, false, null).done);
  t.is(firstDifference(probabilities, probabilitiesOf(crf, 5)), -1);
  const expected = new Int32Array(POINTS);
  crf.inferenceSync(5, null, expected, false);
  t.is(firstDifference(map, expected), -1);
});

test('reports every iteration once, in order, before it is done', async t => {
  const reported: number[] = [];
  const job = problem().inference(200, null, null, false, iteration => reported.push(iteration));
  t.is(reported.length, 0);
  t.true(await job.done);
  t.deepEqual(
    reported,
    Array.from({length: 200}, (_, i) => i + 1),
  );
});

test('a cancel right after the start ends it', async t => {
  const crf = problem();
  const job = crf.inference(ENDLESS, null, null, false, null);
  job.cancel();
  t.false(await job.done);
});

test('a cancel in the middle ends it, and reports no more', async t => {
  const crf = problem();
  const reported: number[] = [];
  const job = crf.inference(ENDLESS, null, null, false, iteration => {
    reported.push(iteration);
    if (iteration === 3) job.cancel();
  });
  t.false(await job.done);
  t.deepEqual(reported, [1, 2, 3]);
});

test('a cancelled object is as it was', async t => {
  const crf = problem();
  const expected = probabilitiesOf(crf, 5);
  const job = crf.inference(ENDLESS, null, null, false, () => job.cancel());
  t.false(await job.done);
  t.is(firstDifference(probabilitiesOf(crf, 5), expected), -1);
});

test('a cancel after the end, or a second one, does nothing', async t => {
  const crf = problem();
  const job = crf.inference(2, null, null, false, null);
  t.true(await job.done);
  job.cancel();
  job.cancel();
  t.true(await crf.inference(2, null, null, false, null).done);
});

test('an exception out of the progress callback cancels it and is what done rejects with', async t => {
  const crf = problem();
  const reason = new RangeError('of the callback');
  let calls = 0;
  const job = crf.inference(ENDLESS, null, null, false, () => {
    calls += 1;
    throw reason;
  });
  t.is(await t.throwsAsync(job.done, {instanceOf: RangeError}), reason);
  t.is(calls, 1);
  t.notThrows(() => probabilitiesOf(crf, 1));
});

test('rejects with what only the core can know', async t => {
  const crf = new (native().DenseCrf)([4, 4], 2);
  await t.throwsAsync(crf.inference(1, null, null, false, null).done, withStatus('no-unary'));
  t.notThrows(() => crf.setUnary(new Float32Array(32), false));
});

test('an object with a job is busy until done settles', async t => {
  const crf = problem();
  const labeling = new Int32Array(POINTS);
  const job = crf.inference(ENDLESS, null, null, false, null);
  const calls: Record<string, () => unknown> = {
    setUnary: () => crf.setUnary(noise(POINTS * LABELS), false),
    setLogisticUnary: () => crf.setLogisticUnary(noise(LABELS), noise(POINTS), 1, false),
    addPairwise: () => crf.addPairwise(gaussian(1)),
    setCompatibility: () => crf.setCompatibility(0, {type: 'potts', values: Float32Array.of(1)}),
    kernelParameters: () => crf.kernelParameters(0),
    setKernelParameters: () => crf.setKernelParameters(0, new Float32Array()),
    vertices: () => crf.vertices(0),
    build: () => crf.build(),
    bytes: () => crf.bytes(),
    inferenceSync: () => crf.inferenceSync(1, null, null, false),
    inference: () => crf.inference(1, null, null, false, null),
    startInference: () => crf.startInference(),
    stepInference: () => crf.stepInference(),
    current: () => crf.current(null, null, false),
    klDivergence: () => crf.klDivergence(),
    unaryEnergy: () => crf.unaryEnergy(labeling),
    pairwiseEnergy: () => crf.pairwiseEnergy(labeling, 0),
  };
  for (const [name, call] of Object.entries(calls)) t.throws(call, withStatus('busy'), name);
  job.cancel();
  await job.done;
  t.notThrows(() => crf.bytes());
});

test('disposed in the middle, it still delivers', async t => {
  const expected = probabilitiesOf(problem(), MANY);
  const crf = problem();
  const probabilities = new Float32Array(POINTS * LABELS);
  const job = crf.inference(MANY, probabilities, null, false, iteration => {
    if (iteration === 1) crf.dispose();
  });
  t.true(await job.done);
  t.is(firstDifference(probabilities, expected), -1);
  t.throws(() => crf.bytes(), withStatus('disposed'));
  t.notThrows(() => crf.dispose());
});

test('an input transferred away in the middle changes nothing', async t => {
  const crf = new (native().DenseCrf)([POINTS], LABELS);
  const unary = noise(POINTS * LABELS);
  const features = noise(POINTS * 5, 2);
  const copies = {unary: unary.slice(), features: features.slice()};
  const term = {...gaussian(1), positionSigmas: new Float32Array(), channelSigmas: new Float32Array(5).fill(0.3)};
  crf.setUnary(unary, false);
  crf.addPairwise({...term, channels: features});
  const probabilities = new Float32Array(POINTS * LABELS);
  const job = crf.inference(MANY, probabilities, null, false, iteration => {
    if (iteration === 1) [unary, features].forEach(detach);
  });
  t.true(await job.done);
  t.is(unary.length, 0);

  const untouched = new (native().DenseCrf)([POINTS], LABELS);
  untouched.setUnary(copies.unary, false);
  untouched.addPairwise({...term, channels: copies.features});
  t.is(firstDifference(probabilities, probabilitiesOf(untouched, MANY)), -1);
});

test('jobs on different objects run side by side', async t => {
  const seeds = [1, 2, 3, 4, 5, 6, 7, 8];
  const outputs = seeds.map(() => new Float32Array(POINTS * LABELS));
  const jobs = seeds.map((seed, i) => problem(seed).inference(50, outputs[i]!, null, false, null));
  t.true((await Promise.all(jobs.map(job => job.done))).every(Boolean));
  seeds.forEach((seed, i) => t.is(firstDifference(outputs[i]!, probabilitiesOf(problem(seed), 50)), -1));
});

test('leaves the event loop free', async t => {
  let turns = 0;
  const job = problem().inference(ENDLESS, null, null, false, null);
  while (turns < 100) {
    await new Promise(resolve => setImmediate(resolve));
    turns += 1;
  }
  let settled = false;
  void job.done.then(() => (settled = true));
  await new Promise(resolve => setImmediate(resolve));
  t.false(settled);
  job.cancel();
  t.false(await job.done);
});
