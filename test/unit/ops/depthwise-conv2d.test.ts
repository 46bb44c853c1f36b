import test from 'ava';
import {depthwiseConv2d, depthwiseConv2dAsync, planDepthwiseConv2d, type Tensor4D} from '../../../src/ops/index.ts';
import {channelsFirst, close, convolve, finish, Random, randomCase, randomFinish} from './oracle.ts';

test('each channel has filters of its own', t => {
  const x: Tensor4D = {data: Float32Array.of(1, 10, 2, 20), shape: [1, 1, 2, 2]};
  const filter: Tensor4D = {data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), shape: [1, 2, 2, 2]};
  const {data, shape} = depthwiseConv2d(x, filter);
  t.deepEqual(shape, [1, 1, 1, 4]);
  t.deepEqual(Array.from(data), [1 + 10, 2 + 12, 30 + 140, 40 + 160]);
});

test('agrees with double precision, whatever the options', t => {
  for (let seed = 0; seed < 150; ++seed) {
    const random = new Random(seed);
    const size = [random.integer(1, 30), random.integer(1, 30)] as const;
    const at = randomCase(random, size);
    const [batch, channels, multiplier] = [random.integer(1, 2), random.integer(1, 70), random.pick(1, 1, 2, 3)];
    const x = random.tensor(batch, ...size, channels);
    const filter = random.tensor(...at.kernel, channels, multiplier);
    const count = channels * multiplier;
    const options = {...at.options, ...randomFinish(random, count)};
    const {data, shape} = depthwiseConv2d(x, filter, options);
    t.deepEqual(shape, [batch, ...at.out, count]);
    const text = `seed ${seed}, x ${x.shape.join()}, filter ${filter.shape.join()}, ${JSON.stringify(at.options)}`;
    close(t, data, finish(convolve(x, filter, at, true), count, options), text);
  }
});

test('takes and gives NCHW', t => {
  const random = new Random(3);
  const [x, filter] = [random.tensor(2, 7, 5, 3), random.tensor(3, 2, 3, 2)];
  const options = {strides: [2, 1], pad: 'same'} as const;
  const last = depthwiseConv2d(x, filter, options);
  t.deepEqual(depthwiseConv2d(channelsFirst(x), filter, {...options, dataFormat: 'NCHW'}), channelsFirst(last));
});

test('in the background, and by a plan: the same', async t => {
  const random = new Random(4);
  const [x, filter] = [random.tensor(1, 9, 9, 5), random.tensor(3, 3, 5, 1)];
  const options = {pad: 'same', dilations: 4, bias: random.floats(5), activation: 'relu6'} as const;
  const expected = depthwiseConv2d(x, filter, options);
  using plan = planDepthwiseConv2d(x.shape, filter, options);
  t.deepEqual(plan.run(x), expected);
  const run = depthwiseConv2dAsync(x, filter, options);
  for (const array of [x.data, filter.data, options.bias]) array.fill(NaN);
  t.deepEqual(await run, expected);
});
