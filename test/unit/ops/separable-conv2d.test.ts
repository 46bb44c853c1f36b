import test from 'ava';
import {planSeparableConv2d, separableConv2d, separableConv2dAsync} from '../../../src/ops/index.ts';
import {type Case, channelsFirst, close, convolve, finish, Random, randomCase, randomFinish} from './oracle.ts';

const dot: Omit<Case, 'out'> = {kernel: [1, 1], strides: [1, 1], dilations: [1, 1], pads: [0, 0]};

test('agrees with double precision, whatever the options', t => {
  for (let seed = 0; seed < 150; ++seed) {
    const random = new Random(seed);
    const size = [random.integer(1, 24), random.integer(1, 24)] as const;
    const at = randomCase(random, size);
    const [batch, channels, multiplier] = [random.integer(1, 2), random.integer(1, 40), random.pick(1, 1, 2)];
    const [between, count] = [channels * multiplier, random.integer(1, 40)];
    const x = random.tensor(batch, ...size, channels);
    const depthwise = random.tensor(...at.kernel, channels, multiplier);
    const pointwise = random.tensor(1, 1, between, count);
    const middle = random.pick(undefined, randomFinish(random, between));
    const options = {...at.options, ...randomFinish(random, count), depthwise: middle};
    const {data, shape} = separableConv2d(x, depthwise, pointwise, options);
    t.deepEqual(shape, [batch, ...at.out, count]);
    const half = finish(convolve(x, depthwise, at, true), between, middle ?? {});
    const whole = convolve({data: half, shape: [batch, ...at.out, between]}, pointwise, {...dot, out: at.out}, false);
    const text = `seed ${seed}, x ${x.shape.join()}, filter ${depthwise.shape.join()}, ${JSON.stringify(at.options)}`;
    close(t, data, finish(whole, count, options), text);
  }
});

test('takes and gives NCHW', t => {
  const random = new Random(3);
  const [x, depthwise, pointwise] = [random.tensor(2, 7, 5, 3), random.tensor(3, 2, 3, 2), random.tensor(1, 1, 6, 4)];
  const options = {strides: [2, 1], pad: 'same'} as const;
  const last = separableConv2d(x, depthwise, pointwise, options);
  const first = separableConv2d(channelsFirst(x), depthwise, pointwise, {...options, dataFormat: 'NCHW'});
  t.deepEqual(first, channelsFirst(last));
});

test('in the background, and by a plan: the same', async t => {
  const random = new Random(4);
  const [x, depthwise, pointwise] = [random.tensor(1, 9, 9, 5), random.tensor(3, 3, 5, 1), random.tensor(1, 1, 5, 8)];
  const middle = {bias: random.floats(5), activation: 'relu6'} as const;
  const options = {pad: 'same', bias: random.floats(8), activation: 'elu', depthwise: middle} as const;
  const expected = separableConv2d(x, depthwise, pointwise, options);
  using plan = planSeparableConv2d(x.shape, depthwise, pointwise, options);
  t.deepEqual(plan.run(x), expected);
  const run = separableConv2dAsync(x, depthwise, pointwise, options);
  for (const array of [x.data, depthwise.data, pointwise.data, options.bias, middle.bias]) array.fill(NaN);
  t.deepEqual(await run, expected);
});
