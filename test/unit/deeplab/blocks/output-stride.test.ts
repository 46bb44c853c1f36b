import test from 'ava';
import {atrousSchedule, featureSize, multiGridRates, scaleRates} from '../../../../src/deeplab/blocks/output-stride.ts';

test('strides beyond the output stride become dilations', t => {
  t.deepEqual(atrousSchedule([2, 2, 1, 2, 2, 1, 2, 1], 8), [
    {stride: 2, rate: 1},
    {stride: 2, rate: 1},
    {stride: 1, rate: 1},
    {stride: 2, rate: 1},
    {stride: 1, rate: 1},
    {stride: 1, rate: 2},
    {stride: 1, rate: 2},
    {stride: 1, rate: 4},
  ]);
});

test('the strides kept multiply to the output stride, and every position sees as far as before', t => {
  const strides = [2, 1, 2, 2, 1, 1, 2, 1, 2, 1];
  for (const outputStride of [2, 4, 8, 16, 32]) {
    const schedule = atrousSchedule(strides, outputStride);
    t.is(
      schedule.reduce((product, {stride}) => product * stride, 1),
      outputStride,
    );
    let kept = 1;
    let original = 1;
    schedule.forEach(({stride, rate}, i) => {
      t.is(kept * rate, original, `taps of convolution ${i} are as far apart in the picture as in the original`);
      kept *= stride;
      original *= strides[i]!;
    });
  }
});

test('an output stride that the network cannot have is refused', t => {
  t.throws(() => atrousSchedule([2, 2, 2], 3), {code: 'ERR_OUT_OF_RANGE', message: /outputStride.*received 3/});
  t.throws(() => atrousSchedule([2, 2], 16), {code: 'ERR_OUT_OF_RANGE'});
  t.throws(() => atrousSchedule([2, 0.5], 2), {code: 'ERR_OUT_OF_RANGE', message: /strides\[1\]/});
});

test('the paper of v3: rates (2, 4, 8) for multi-grid (1, 2, 4) at 16; ASPP doubles its rates at 8', t => {
  t.deepEqual(multiGridRates(2, [1, 2, 4]), [2, 4, 8]);
  t.deepEqual(scaleRates([6, 12, 18], 16), [6, 12, 18]);
  t.deepEqual(scaleRates([6, 12, 18], 8), [12, 24, 36]);
});

test('513 is 33 features at output stride 16 and 65 at 8', t => {
  t.deepEqual([featureSize(513, 16), featureSize(513, 8), featureSize(500, 16)], [33, 65, 32]);
});
