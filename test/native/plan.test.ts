import {once} from 'node:events';
import test from 'ava';
import type {NativeLayer} from '../../src/native/addon.ts';
import {native} from '../../src/native/load.ts';
import {callUnchecked, detach, firstDifference, layerProblem, noise, planProblem, run, startWorker, withStatus} from './support.ts'; // prettier-ignore

test('a job gives what the synchronous run gives', async t => {
  const {plan, input, output, channels} = planProblem();
  plan.run(input, output, 0, channels);
  const again = new Float32Array(output.length);
  t.true(await plan.runJob(input, again, 0, channels).done);
  t.is(firstDifference(again, output), -1);
});

test('a layer that is planned for one run gives the same', async t => {
  const {plan, input, output, channels} = planProblem();
  plan.run(input, output, 0, channels);
  const [now, later] = [new Float32Array(output.length), new Float32Array(output.length)];
  const {layer} = layerProblem();
  native().runLayer(layer, input, now, 0, channels);
  t.is(firstDifference(now, output), -1);
  t.true(await native().runLayerJob(layer, input, later, 0, channels).done);
  t.is(firstDifference(later, output), -1);
});

test('a plan with a job is busy until done settles', async t => {
  const {plan, input, output, channels} = planProblem(129, 256);
  const job = plan.runJob(input, output, 0, channels);
  t.throws(() => plan.run(input, output, 0, channels), withStatus('busy'));
  t.throws(() => plan.runJob(input, output, 0, channels), withStatus('busy'));
  t.throws(() => plan.bytes(), withStatus('busy'));
  t.throws(() => plan.algorithm(), withStatus('busy'));
  job.cancel();
  await job.done;
  t.true(plan.bytes() > 0);
});

test('a cancel ends it, also a second one', async t => {
  const {plan, input, output, channels} = planProblem(129, 256);
  const job = plan.runJob(input, output, 0, channels);
  job.cancel();
  job.cancel();
  t.false(await job.done);
  t.true(await plan.runJob(input, output, 0, channels).done);
});

test('disposed in the middle, it still delivers', async t => {
  const {plan, input, output, channels} = planProblem(65, 128);
  plan.run(input, output, 0, channels);
  const again = new Float32Array(output.length);
  const job = plan.runJob(input, again, 0, channels);
  plan.dispose();
  t.true(await job.done);
  t.is(firstDifference(again, output), -1);
  t.throws(() => plan.run(input, output, 0, channels), withStatus('disposed'));
  t.notThrows(() => plan.dispose());
});

test('the weights may go once a plan is made', t => {
  const {layer, channels, input, output} = layerProblem();
  const plan = new (native().Plan)(layer);
  plan.run(input, output, 0, channels);
  detach(layer.filter);
  const again = new Float32Array(output.length);
  plan.run(input, again, 0, channels);
  t.is(firstDifference(again, output), -1);
});

test('leaves the event loop free', async t => {
  const {plan, input, output, channels} = planProblem(129, 256);
  let turns = 0;
  const state = {settled: false};
  const job = plan.runJob(input, output, 0, channels);
  void job.done.then(() => (state.settled = true));
  while (!state.settled && turns < 100) {
    await new Promise(resolve => setImmediate(resolve));
    turns += 1;
  }
  t.is(turns, 100);
  job.cancel();
  await job.done;
});

// The doors never let these through; the binding must not crash on one.
const refused = withStatus('invalid-argument');

test('arrays that do not fit', t => {
  const {plan, input, output, channels} = planProblem();
  const gone = noise(input.length);
  detach(gone);
  for (const bad of [input.slice(1), gone, new Float64Array(input.length), null]) {
    t.throws(() => callUnchecked(plan, 'run', bad, output, 0, channels), refused);
    t.throws(() => callUnchecked(plan, 'runJob', bad, output, 0, channels), refused);
  }
  for (const bad of [output.slice(1), gone, new Float64Array(output.length), null, input]) {
    t.throws(() => callUnchecked(plan, 'run', input, bad, 0, channels), refused);
  }
  for (const [offset, stride] of [
    [1, channels],
    [0, channels - 1],
    [0, channels + 1],
    [-1, channels],
    [0, NaN],
    [0, 2 ** 52],
    [2 ** 52, channels],
  ]) {
    // prettier-ignore
    t.throws(() => callUnchecked(plan, 'run', input, output, offset, stride), refused, `${offset}, ${stride}`);
  }
  t.notThrows(() => plan.run(input, output, 0, channels));
});

test('addends that do not fit, and plans that add nothing', t => {
  const {plan: other, layer, input, output, channels} = planProblem();
  t.throws(() => other.runAdding(input, input, output, 0, channels), refused);
  const plan = new (native().Plan)({...layer, adds: true});
  for (const bad of [input.slice(1), new Float32Array(), output, output.subarray(0, channels), null]) {
    t.throws(() => callUnchecked(plan, 'runAdding', bad, input, output, 0, channels), refused);
  }
  t.notThrows(() => plan.runAdding(input, input, output, 0, channels));
  t.notThrows(() => plan.runAdding(input.subarray(0, channels), input, output, 0, channels));
});

const layers: Record<string, object> = {
  'another operator': {op: 'transpose'},
  'no shape': {shape: null},
  'no filter': {filter: undefined},
  'a filter of another length': {filter: new Float32Array(5)},
  'a bias of another length': {epilogue: {bias: new Float32Array(5), activation: 'none', slope: 0, slopes: null}},
  'an unknown activation': {epilogue: {bias: null, activation: 'gelu', slope: 0, slopes: null}},
  'no slopes': {epilogue: {bias: null, activation: 'prelu', slope: 0, slopes: null}},
  'a size of 0': {shape: {...layerProblem().layer.shape, outWidth: 0}},
  'a stride of 0': {shape: {...layerProblem().layer.shape, strideY: 0}},
  'a limit that is none': {maxBytes: NaN},
};

for (const [name, change] of Object.entries(layers)) {
  test(`a layer with ${name}`, t => {
    const {layer, input, output, channels} = layerProblem();
    const bad = {...layer, ...change} as NativeLayer;
    t.throws(() => new (native().Plan)(bad), refused);
    t.throws(() => native().runLayer(bad, input, output, 0, channels), refused);
    t.throws(() => native().runLayerJob(bad, input, output, 0, channels), refused);
  });
}

test('garbage collection in the middle of a job takes no array of it', async t => {
  const {code, output, errors} = await run('plan-gc', {nodeArguments: ['--expose-gc']});
  t.is(code, 0, errors);
  t.deepEqual(JSON.parse(output), {ranToItsEnd: true, lost: []});
});

test('hundreds of plans leave no memory behind', async t => {
  const {code, output, errors} = await run('plan-repeat', {nodeArguments: ['--expose-gc']});
  t.is(code, 0, errors);
  const {resident} = JSON.parse(output) as {resident: number};
  t.true(resident < 100, `${resident} MiB`); // the weights alone are 280 MiB
});

test('process.exit in the middle of jobs', async t => {
  const {code, signal, errors} = await run('plans', {args: ['leave']});
  t.is(signal, null, errors);
  t.is(code, 7, errors);
  t.is(errors, '');
});

test('workers terminated in the middle of jobs', async t => {
  for (let i = 0; i < 5; ++i) {
    const worker = startWorker('plans');
    t.deepEqual(await once(worker, 'message'), ['computing']);
    t.is(await worker.terminate(), 1);
  }
});
