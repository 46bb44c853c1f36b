import test from 'ava';
import {avgPool, avgPoolGrad, globalAvgPool, maxPool, maxPoolGrad, type Tensor4D} from '../../../src/ops/index.ts';
import {type Case, close, eachTap, Random, randomCase} from './oracle.ts';

const image: Tensor4D = {data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), shape: [1, 3, 3, 1]};

test('takes the greatest, and the mean, of every window', t => {
  t.deepEqual(maxPool(image, 2), {data: Float32Array.of(5, 6, 8, 9), shape: [1, 2, 2, 1]});
  t.deepEqual(avgPool(image, 2), {data: Float32Array.of(3, 4, 6, 7), shape: [1, 2, 2, 1]});
  t.deepEqual(Array.from(maxPool(image, [1, 3], {strides: 2}).data), [3, 9]);
});

test('padding takes no part', t => {
  const negative = {data: image.data.map(value => -value), shape: image.shape};
  t.deepEqual(Array.from(maxPool(negative, 2, {strides: 2, pad: 'same'}).data), [-1, -3, -7, -9]);
  t.deepEqual(Array.from(avgPool(image, 2, {strides: 2, pad: 'same'}).data), [3, 4.5, 7.5, 9]);
});

test('the mean of the whole picture, for every image and channel', t => {
  const x: Tensor4D = {data: Float32Array.of(1, 10, 3, 30, 5, 50, 7, 70), shape: [2, 1, 2, 2]};
  t.deepEqual(globalAvgPool(x), {data: Float32Array.of(2, 20, 6, 60), shape: [2, 1, 1, 2]});
});

test('the gradient goes to the first of equal values', t => {
  const flat: Tensor4D = {data: new Float32Array(4).fill(1), shape: [1, 2, 2, 1]};
  const dy: Tensor4D = {data: Float32Array.of(5), shape: [1, 1, 1, 1]};
  t.deepEqual(Array.from(maxPoolGrad(flat, dy, 2).data), [5, 0, 0, 0]);
  t.deepEqual(Array.from(avgPoolGrad([1, 2, 2, 1], dy, 2).data), [1.25, 1.25, 1.25, 1.25]);
});

/** Per output value, the input values that its window sees. */
function windowsOf(x: Tensor4D, at: Case): number[][] {
  const [batch, , , channels] = x.shape;
  const windows = Array.from({length: batch * at.out[0] * at.out[1] * channels}, (): number[] => []);
  eachTap(x.shape, at, (input, output) => {
    for (let c = 0; c < channels; ++c) windows[output * channels + c]!.push(input * channels + c);
  });
  return windows;
}

test('agree with their definition, whatever the options', t => {
  for (let seed = 0; seed < 100; ++seed) {
    const random = new Random(seed);
    const size = [random.integer(1, 20), random.integer(1, 20)] as const;
    const at = randomCase(random, size);
    const x = random.tensor(random.integer(1, 2), ...size, random.integer(1, 30));
    const windows = windowsOf(x, at);
    if (windows.some(window => window.length === 0)) continue;
    const text = `seed ${seed}, x ${x.shape.join()}, window ${at.kernel.join()}, ${JSON.stringify(at.options)}`;
    const dy = random.tensor(x.shape[0], ...at.out, x.shape[3]);

    const greatest = windows.map(window => window.reduce((best, i) => (x.data[i]! > x.data[best]! ? i : best)));
    const max = maxPool(x, at.kernel, at.options);
    t.deepEqual(max.shape, dy.shape, text);
    t.deepEqual(max.data, Float32Array.from(greatest, i => x.data[i]!), text); // prettier-ignore
    const sums = windows.map(window => window.reduce((sum, i) => sum + x.data[i]!, 0));
    const means = Float64Array.from(sums, (sum, i) => sum / windows[i]!.length);
    close(t, avgPool(x, at.kernel, at.options).data, means, text, 1e-5);

    const [byMax, byMean] = [new Float64Array(x.data.length), new Float64Array(x.data.length)];
    greatest.forEach((i, output) => (byMax[i]! += dy.data[output]!));
    windows.forEach((window, o) => window.forEach(i => (byMean[i]! += dy.data[o]! / window.length)));
    close(t, maxPoolGrad(x, dy, at.kernel, at.options).data, byMax, text, 1e-5);
    close(t, avgPoolGrad(x.shape, dy, at.kernel, at.options).data, byMean, text, 1e-5);
  }
});
