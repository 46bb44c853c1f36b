// Asynchronous inference: abort, progress, one at a time, dispose.
import test from 'ava';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {DenseCRF, unaryFromSoftmax} from '../../../src/index.ts';
import {detached, refuses, rejects, untyped} from '../bad.ts';
import {makeCrf, makeScene} from './scene.ts';

const scene = makeScene();
/** More iterations than anybody waits for. */
const FOREVER = 2 ** 31 - 1;

/** Resolves with a controller once the inference is under way. */
function running(crf: DenseCRF): {controller: AbortController; promise: Promise<unknown>; started: Promise<void>} {
  const controller = new AbortController();
  let promise: Promise<unknown> = Promise.resolve();
  const started = new Promise<void>(resolve => {
    promise = crf.inference(FOREVER, {signal: controller.signal, onProgress: () => resolve()});
  });
  return {controller, promise, started};
}

test('progress comes once per iteration, in order, before the result', async t => {
  const seen: [number, number][] = [];
  await makeCrf(scene).inference(4, {onProgress: (done, total) => seen.push([done, total])});
  t.deepEqual(seen, [
    [1, 4],
    [2, 4],
    [3, 4],
    [4, 4],
  ]);
});

test('the event loop goes on meanwhile', async t => {
  const {controller, promise, started} = running(makeCrf(scene));
  await started;
  let turns = 0;
  while (turns < 100) {
    await nextTurn();
    ++turns;
  }
  controller.abort();
  await t.throwsAsync(promise, {any: true, name: 'AbortError'});
});

test('a signal that is aborted already rejects with its reason and changes nothing', async t => {
  const crf = makeCrf(scene);
  const before = crf.inferenceSync(2);
  const reason = new Error('too late');
  const options = {signal: AbortSignal.abort(reason), onProgress: () => t.fail()};
  t.is(await t.throwsAsync(crf.inference(FOREVER, options)), reason);
  t.is(await t.throwsAsync(crf.map(FOREVER, options)), reason);
  t.deepEqual(await crf.inference(2), before);
});

test('an abort on the way rejects with its reason, and the object stays usable', async t => {
  const crf = makeCrf(scene);
  const before = crf.inferenceSync(2);
  const {controller, promise, started} = running(crf);
  await started;
  const reason = new Error('changed my mind');
  controller.abort(reason);
  t.is(await t.throwsAsync(promise), reason);
  t.deepEqual(await crf.inference(2), before);
});

test('an abort before the job has begun to run rejects as well', async t => {
  const controller = new AbortController();
  const promise = makeCrf(scene).inference(FOREVER, {signal: controller.signal});
  controller.abort();
  await t.throwsAsync(promise, {any: true, name: 'AbortError'});
});

test('after an abort there is no more progress', async t => {
  const controller = new AbortController();
  let calls = 0;
  const onProgress = (): void => {
    ++calls;
    controller.abort();
    // Gives the job time for further iterations, whose progress nobody wants.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
  };
  const promise = makeCrf(scene).inference(FOREVER, {signal: controller.signal, onProgress});
  await t.throwsAsync(promise, {any: true, name: 'AbortError'});
  t.is(calls, 1);
});

test('a reason may be anything', async t => {
  const controller = new AbortController();
  const promise = makeCrf(scene).inference(FOREVER, {signal: controller.signal});
  controller.abort('a word');
  t.is(await promise.catch((reason: unknown) => reason), 'a word');
});

test('an abort after the end changes nothing', async t => {
  const controller = new AbortController();
  const result = await makeCrf(scene).inference(2, {signal: controller.signal});
  controller.abort();
  t.deepEqual(result, makeCrf(scene).inferenceSync(2));
});

test('one signal may serve many runs without a trace', async t => {
  const {signal} = new AbortController();
  let listeners = 0;
  const counted = untyped({
    aborted: false,
    throwIfAborted: () => signal.throwIfAborted(),
    addEventListener: () => ++listeners,
    removeEventListener: () => --listeners,
  });
  const crf = makeCrf(scene);
  await crf.inference(1, {signal: counted});
  await crf.map(1, {signal: counted});
  t.is(listeners, 0);
});

test('what onProgress throws ends the run', async t => {
  const crf = makeCrf(scene);
  const mistake = new Error('in onProgress');
  let calls = 0;
  const onProgress = (): void => {
    ++calls;
    throw mistake;
  };
  t.is(await t.throwsAsync(crf.inference(FOREVER, {onProgress})), mistake);
  t.is(calls, 1);
  t.notThrows(() => crf.inferenceSync(1));
});

test('while one runs, everything else is refused', async t => {
  const crf = makeCrf(scene);
  const before = crf.inferenceSync(2);
  const {controller, promise, started} = running(crf);
  await started;
  const calls: (() => unknown)[] = [
    () => crf.setUnaryEnergy(new Float32Array(3600)),
    () => crf.setLogisticUnary(new Float32Array(3), new Float32Array(1200)),
    () => crf.addPairwiseGaussian({sxy: 1, compat: 1}),
    () => crf.addPairwiseBilateral({sxy: 1, srgb: 1, image: scene.image, compat: 1}),
    () => crf.addPairwiseEnergy({features: new Float32Array(1200), compat: 1}),
    () => crf.compatibility(0),
    () => crf.setCompatibility(0, 1),
    () => crf.kernelParameters(0),
    () => crf.setKernelParameters(0, new Float32Array(0)),
    () => crf.inferenceSync(1),
    () => crf.mapSync(1),
    () => crf.startInference(),
    () => crf.stepInference(),
    () => crf.currentProbabilities(),
    () => crf.currentLabels(),
    () => crf.klDivergence(),
    () => crf.unaryEnergy(scene.truth),
    () => crf.pairwiseEnergy(scene.truth),
    () => crf.latticeVertices(0),
  ];
  for (const call of calls) refuses(t, call, 'ERR_BUSY');
  await rejects(t, crf.inference(1), 'ERR_BUSY');
  await rejects(t, crf.map(1), 'ERR_BUSY');
  t.is(crf.terms, 2);
  controller.abort();
  await t.throwsAsync(promise, {any: true, name: 'AbortError'});
  t.deepEqual(await crf.inference(2), before);
});

test('inputs that are transferred away during a run are not missed', async t => {
  const {shape, labels, probabilities} = scene;
  const [energy, image] = [unaryFromSoftmax(probabilities, {labels}), scene.image.slice()];
  const crf = new DenseCRF({shape, labels});
  crf.setUnaryEnergy(energy);
  crf.addPairwiseGaussian({sxy: 2, compat: 2});
  crf.addPairwiseBilateral({sxy: 15, srgb: 15, image, compat: 4});
  const promise = crf.inference(50);
  detached(energy);
  detached(image);
  t.deepEqual(await promise, makeCrf(scene).inferenceSync(50));
});

test('several objects run at the same time', async t => {
  const expected = makeCrf(scene).inferenceSync(3);
  const results = await Promise.all(Array.from({length: 4}, () => makeCrf(scene).inference(3)));
  for (const result of results) t.deepEqual(result, expected);
});

test('dispose ends a run, which rejects with ERR_DISPOSED', async t => {
  const crf = makeCrf(scene);
  const {promise, started} = running(crf);
  await started;
  crf.dispose();
  await rejects(t, promise, 'ERR_DISPOSED');
});

test('after dispose nothing works, and dispose may be called again', async t => {
  const crf = makeCrf(scene);
  crf.dispose();
  t.notThrows(() => crf.dispose());
  refuses(t, () => crf.setUnaryEnergy(new Float32Array(3600)), 'ERR_DISPOSED');
  refuses(t, () => crf.addPairwiseGaussian({sxy: 1, compat: 1}), 'ERR_DISPOSED');
  refuses(t, () => crf.inferenceSync(1), 'ERR_DISPOSED');
  refuses(t, () => crf.klDivergence(), 'ERR_DISPOSED');
  await rejects(t, crf.inference(1), 'ERR_DISPOSED');
  await rejects(t, crf.map(1), 'ERR_DISPOSED');
  t.is(crf.points, 1200);
});

test('inference needs a unary', async t => {
  const crf = new DenseCRF({shape: scene.shape, labels: 3});
  crf.addPairwiseGaussian({sxy: 2, compat: 2});
  const hint = 'setUnaryEnergy';
  refuses(t, () => crf.inferenceSync(1), 'ERR_INVALID_STATE', hint);
  refuses(t, () => crf.mapSync(1), 'ERR_INVALID_STATE', hint);
  refuses(t, () => crf.startInference(), 'ERR_INVALID_STATE', hint);
  refuses(t, () => crf.unaryEnergy(scene.truth), 'ERR_INVALID_STATE', hint);
  await rejects(t, crf.inference(1), 'ERR_INVALID_STATE', hint);
  await rejects(t, crf.map(1), 'ERR_INVALID_STATE', hint);
  crf.setUnaryEnergy(new Float32Array(3600));
  await t.notThrowsAsync(crf.inference(1));
});

test('inference by hand needs a start', t => {
  const crf = makeCrf(scene);
  const calls = [
    () => crf.stepInference(),
    () => crf.klDivergence(),
    () => crf.currentProbabilities(),
    () => crf.currentLabels(),
  ];
  for (const call of calls) refuses(t, call, 'ERR_INVALID_STATE', 'startInference()');
  crf.startInference();
  for (const call of calls) t.notThrows(call);
});
