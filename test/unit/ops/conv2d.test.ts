import test from 'ava';
import {conv2d, conv2dAsync, planConv2d, type Tensor4D} from '../../../src/ops/index.ts';
import {channelsFirst, close, convolve, finish, Random, randomCase, randomFinish} from './oracle.ts';

const ones = (...shape: [number, number, number, number]): Tensor4D => ({
  data: new Float32Array(shape.reduce((a, b) => a * b)).fill(1),
  shape,
});

test('sums what lies under the window', t => {
  const x: Tensor4D = {data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), shape: [1, 3, 3, 1]};
  const {data, shape} = conv2d(x, ones(2, 2, 1, 1));
  t.deepEqual(shape, [1, 2, 2, 1]);
  t.deepEqual(Array.from(data), [12, 16, 24, 28]);
});

test('does not flip the filter, and reads zeros outside', t => {
  const x: Tensor4D = {data: Float32Array.of(1, 10, 100), shape: [1, 1, 3, 1]};
  const filter: Tensor4D = {data: Float32Array.of(1, 2, 3), shape: [1, 3, 1, 1]};
  t.deepEqual(Array.from(conv2d(x, filter, {pad: 'same'}).data), [32, 321, 210]);
  t.deepEqual(Array.from(conv2d(x, filter, {pad: 'same', strides: 2}).data), [32, 210]);
  t.deepEqual(Array.from(conv2d(x, filter, {pad: [[0, 0], [0, 0], [2, 0], [0, 0]]}).data), [3, 32, 321]); // prettier-ignore
});

test('mixes channels, and keeps images apart', t => {
  const x: Tensor4D = {data: Float32Array.of(1, 2, 3, 4), shape: [2, 1, 1, 2]};
  const filter: Tensor4D = {data: Float32Array.of(1, 10, 100, 1000, 0, 5), shape: [1, 1, 2, 3]};
  t.deepEqual(Array.from(conv2d(x, filter).data), [1 + 2000, 10, 110, 3 + 4000, 30, 320]);
});

test('rate 12 on a picture of 5 pixels sees the middle tap alone', t => {
  const random = new Random(5);
  const [x, filter] = [random.tensor(1, 5, 5, 8), random.tensor(3, 3, 8, 8)];
  const centre = {data: filter.data.slice(4 * 64, 5 * 64), shape: [1, 1, 8, 8] as const};
  close(t, conv2d(x, filter, {pad: 'same', dilations: 12}).data, conv2d(x, centre).data, 'rate 12');
});

test('agrees with double precision, whatever the options', t => {
  for (let seed = 0; seed < 150; ++seed) {
    const random = new Random(seed);
    const size = [random.integer(1, 24), random.integer(1, 24)] as const;
    const at = randomCase(random, size);
    const [batch, channels, count] = [random.integer(1, 2), random.integer(1, 40), random.integer(1, 40)];
    const x = random.tensor(batch, ...size, channels);
    const filter = random.tensor(...at.kernel, channels, count);
    const options = {...at.options, ...randomFinish(random, count), exact: random.pick(undefined, true, false)};
    const {data, shape} = conv2d(x, filter, options);
    t.deepEqual(shape, [batch, ...at.out, count]);
    const text = `seed ${seed}, x ${x.shape.join()}, filter ${filter.shape.join()}, ${JSON.stringify(at.options)}`;
    close(t, data, finish(convolve(x, filter, at, false), count, options), text);
  }
});

test('takes and gives NCHW', t => {
  const random = new Random(3);
  const [x, filter] = [random.tensor(2, 7, 5, 3), random.tensor(3, 2, 3, 4)];
  const around = [[1, 0], [2, 1]] as const; // prettier-ignore
  const last = conv2d(x, filter, {strides: [2, 1], pad: [[0, 0], ...around, [0, 0]]});
  const options = {strides: [2, 1], pad: [[0, 0], [0, 0], ...around], dataFormat: 'NCHW'} as const;
  t.deepEqual(conv2d(channelsFirst(x), filter, options), channelsFirst(last));
});

test('in the background: the same, on copies', async t => {
  const random = new Random(4);
  const [x, filter] = [random.tensor(1, 9, 9, 5), random.tensor(3, 3, 5, 6)];
  const options = {
    pad: 'same',
    bias: random.floats(6),
    activation: 'prelu',
    preluActivationWeights: random.floats(6),
  } as const;
  const expected = conv2d(x, filter, options);
  const run = conv2dAsync(x, filter, options);
  for (const array of [x.data, filter.data, options.bias, options.preluActivationWeights]) array.fill(NaN);
  t.deepEqual(await run, expected);
});

test('exact: an infinity goes where its taps go, and nowhere else', t => {
  const [x, filter] = [ones(1, 33, 33, 64), ones(3, 3, 64, 64)];
  x.data[(16 * 33 + 16) * 64] = Infinity;
  using plan = planConv2d(x.shape, filter, {pad: 'same', dilations: 2, exact: true});
  const {data} = plan.run(x);
  const reached = new Set([14, 16, 18].flatMap(row => [14, 16, 18].map(column => row * 33 + column)));
  for (let pixel = 0; pixel < 33 * 33; ++pixel) {
    t.is(Number.isFinite(data[pixel * 64]), !reached.has(pixel), `pixel ${pixel}`);
  }
});

test('an abort', async t => {
  const [x, filter] = [ones(1, 9, 9, 5), ones(3, 3, 5, 6)];
  const reason = new Error('not today');
  t.is(await t.throwsAsync(conv2dAsync(x, filter, {signal: AbortSignal.abort(reason)})), reason);
  const controller = new AbortController();
  const run = conv2dAsync(ones(1, 129, 129, 256), ones(3, 3, 256, 256), {signal: controller.signal});
  controller.abort(reason);
  t.is(await t.throwsAsync(run), reason);
});

test('one slope for all channels', t => {
  const x: Tensor4D = {data: Float32Array.of(-1, 2), shape: [1, 1, 1, 2]};
  const filter: Tensor4D = {data: Float32Array.of(1, 0, 0, 1), shape: [1, 1, 2, 2]};
  const activation = 'prelu';
  t.deepEqual(
    Array.from(conv2d(x, filter, {activation, preluActivationWeights: Float32Array.of(0.5)}).data),
    [-0.5, 2],
  );
});

test('a plan gives what the function gives', t => {
  const random = new Random(6);
  const [x, filter] = [random.tensor(2, 15, 11, 7), random.tensor(3, 3, 7, 9)];
  const options = {pad: 'same', dilations: 2, bias: random.floats(9), activation: 'relu'} as const;
  using plan = planConv2d(x.shape, filter, options);
  t.deepEqual(plan.run(x), conv2d(x, filter, options));
  t.deepEqual(plan.outputShape, [2, 15, 11, 9]);
});
