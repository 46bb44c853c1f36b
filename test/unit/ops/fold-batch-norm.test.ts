import test from 'ava';
import {conv2d, depthwiseConv2d, foldBatchNorm} from '../../../src/ops/index.ts';
import {close, Random} from './oracle.ts';

for (const depthwise of [false, true]) {
  test(`a folded ${depthwise ? 'depthwise ' : ''}convolution is the two steps in one`, t => {
    const random = new Random(1);
    const [x, filter] = [random.tensor(1, 6, 6, 3), random.tensor(3, 3, 3, 2)];
    const convolve = depthwise ? depthwiseConv2d : conv2d;
    const channels = depthwise ? 6 : 2;
    const [mean, scale, offset, bias] = [1, 2, 3, 4].map(() => random.floats(channels)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const variance = random.floats(channels).map(Math.abs);
    const plain = convolve(x, filter, {bias}).data;
    const expected = Float64Array.from(plain, (value, i) => {
      const c = i % channels;
      return (scale[c]! * (value - mean[c]!)) / Math.sqrt(variance[c]! + 0.01) + offset[c]!;
    });
    const folded = foldBatchNorm(filter, {mean, variance, scale, offset, bias, varianceEpsilon: 0.01, depthwise});
    close(t, convolve(x, folded.filter, {bias: folded.bias}).data, expected, 'folded', 1e-5);
  });
}

test('scale, offset and bias may be missing', t => {
  const filter = {data: Float32Array.of(2), shape: [1, 1, 1, 1]} as const;
  const folded = foldBatchNorm(filter, {mean: Float32Array.of(3), variance: Float32Array.of(3.999)});
  close(t, folded.filter.data, Float64Array.of(1), 'filter', 1e-6);
  close(t, folded.bias, Float64Array.of(-1.5), 'bias', 1e-6);
});
