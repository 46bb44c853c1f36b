import test from 'ava';
import {conv2d, planConv2d, type Plan, type Tensor4D} from '../../../src/ops/index.ts';
import {refuses, rejects} from '../bad.ts';
import {Random} from './oracle.ts';

const random = new Random(1);
const filter = random.tensor(3, 3, 4, 5);
const options = {pad: 'same', dilations: 2} as const;
const xs = [random.tensor(1, 9, 7, 4), random.tensor(1, 9, 7, 4)] as const;
const expected = xs.map(x => conv2d(x, filter, options));
const PIXELS = 63;

const ready = (): Plan => planConv2d([1, 9, 7, 4], filter, options);

/** One whose runs take a while. */
function slow(): {plan: Plan; x: Tensor4D} {
  const x = random.tensor(1, 129, 129, 256);
  return {x, plan: planConv2d(x.shape, random.tensor(3, 3, 256, 256), {pad: 'same', exact: true})};
}

test('says what it is', t => {
  using plan = ready();
  t.deepEqual(plan.inputShape, [1, 9, 7, 4]);
  t.deepEqual(plan.outputShape, [1, 9, 7, 5]);
  t.regex(plan.algorithm, /^[a-z]/);
  t.true(plan.bytes >= filter.data.byteLength);
});

test('runs again and again, each time the same', async t => {
  using plan = ready();
  for (let round = 0; round < 5; ++round) {
    t.deepEqual(plan.run(xs[round % 2]!), expected[round % 2]!);
    t.deepEqual(await plan.runAsync(xs[1 - (round % 2)]!), expected[1 - (round % 2)]!);
  }
});

test('keeps its own copy of the weights', t => {
  const weights = {data: filter.data.slice(), shape: filter.shape};
  const bias = new Float32Array(5);
  using plan = planConv2d([1, 9, 7, 4], weights, {...options, bias});
  for (const array of [weights.data, bias]) array.fill(NaN);
  t.deepEqual(plan.run(xs[0]), expected[0]);
});

test('fills an array that is given', async t => {
  using plan = ready();
  const output = new Float32Array(PIXELS * 5);
  const result = plan.run(xs[0], {output});
  t.is(result.data, output);
  t.deepEqual(result, expected[0]);
  const later = await plan.runAsync(xs[1], {output});
  t.is(later.data, output);
  t.deepEqual(later, expected[1]);
});

for (const way of ['run', 'runAsync'] as const) {
  test(`${way}: branches fill one array`, async t => {
    using plan = ready();
    const output = new Float32Array(PIXELS * 13).fill(7);
    const target = {output, pixelStride: 13};
    const {shape} = await plan[way](xs[0], {...target, offset: 1});
    await plan[way](xs[1], {...target, offset: 8});
    t.deepEqual(shape, [1, 9, 7, 13]);
    for (let pixel = 0; pixel < PIXELS; ++pixel) {
      const row = output.subarray(13 * pixel, 13 * pixel + 13);
      const [first, second] = expected.map(({data}) => data.subarray(5 * pixel, 5 * pixel + 5));
      t.deepEqual(Array.from(row), [7, ...first!, 7, 7, ...second!]);
    }
  });
}

test('runs in the background on a copy of the input', async t => {
  using plan = ready();
  const x = {data: xs[0].data.slice(), shape: xs[0].shape};
  const run = plan.runAsync(x);
  x.data.fill(NaN);
  t.deepEqual(await run, expected[0]);
});

test('an abort before the start', async t => {
  using plan = ready();
  const reason = new Error('not today');
  const output = new Float32Array(PIXELS * 5);
  t.is(await t.throwsAsync(plan.runAsync(xs[0], {output, signal: AbortSignal.abort(reason)})), reason);
  t.true(output.every(value => value === 0));
  t.deepEqual(plan.run(xs[0]), expected[0]);
});

test('an abort in the middle leaves the output alone, and the plan usable', async t => {
  const {plan, x} = slow();
  const reason = new Error('enough');
  const controller = new AbortController();
  const output = new Float32Array(x.data.length);
  const run = plan.runAsync(x, {output, signal: controller.signal});
  controller.abort(reason);
  t.is(await t.throwsAsync(run), reason);
  t.true(output.every(value => value === 0));
  t.notThrows(() => plan.run(x, {output}));
  t.false(output.every(value => value === 0));
  plan.dispose();
});

test('one run at a time', async t => {
  const {plan, x} = slow();
  const controller = new AbortController();
  const run = plan.runAsync(x, {signal: controller.signal});
  refuses(t, () => plan.run(x), 'ERR_BUSY', 'a plan');
  await rejects(t, plan.runAsync(x), 'ERR_BUSY', 'a plan');
  controller.abort(new Error('enough'));
  await t.throwsAsync(run, {message: 'enough'});
  t.notThrows(() => plan.run(x));
  plan.dispose();
});

test('dispose', async t => {
  const plan = ready();
  plan.dispose();
  plan.dispose();
  refuses(t, () => plan.run(xs[0]), 'ERR_DISPOSED', 'a plan');
  await rejects(t, plan.runAsync(xs[0]), 'ERR_DISPOSED', 'a plan');
});

test('dispose in the middle', async t => {
  const {plan, x} = slow();
  const run = plan.runAsync(x);
  plan.dispose();
  await rejects(t, run, 'ERR_DISPOSED', 'a plan');
});

test('an output that is transferred away in the middle', async t => {
  using plan = ready();
  const output = new Float32Array(PIXELS * 5);
  const run = plan.runAsync(xs[0], {output});
  structuredClone(output.buffer, {transfer: [output.buffer]});
  await rejects(t, run, 'ERR_DETACHED', 'output');
});

test('many plans at once', async t => {
  const plans = Array.from({length: 8}, ready);
  const results = await Promise.all(plans.map((plan, i) => plan.runAsync(xs[i % 2]!)));
  results.forEach((result, i) => t.deepEqual(result, expected[i % 2]!));
});
