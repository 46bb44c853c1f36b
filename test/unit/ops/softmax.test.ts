import test from 'ava';
import {argMax, softmax} from '../../../src/ops/index.ts';
import {close, Random} from './oracle.ts';

test('softmax of every row', t => {
  const {data, shape} = softmax({data: Float32Array.of(0, Math.log(3), 1, 1), shape: [2, 2] as const});
  t.deepEqual(shape, [2, 2]);
  close(t, data, Float64Array.of(0.25, 0.75, 0.5, 0.5), 'softmax', 1e-6);
});

test('softmax and argMax agree with double precision, for any length', t => {
  for (let length = 1; length < 70; ++length) {
    const random = new Random(length);
    const rows = random.integer(1, 9);
    const data = random.floats(rows * length).map(value => 40 * value);
    const expected = Float64Array.from(data, (value, i) => {
      const row = data.subarray(i - (i % length), i - (i % length) + length);
      return 1 / row.reduce((sum, other) => sum + Math.exp(other - value), 0);
    });
    close(t, softmax({data, shape: [rows, length]}).data, expected, `length ${length}`, 1e-5);
    const labels = argMax({data, shape: [rows, 1, length]}, 2);
    t.deepEqual(labels.shape, [rows, 1]);
    for (let row = 0; row < rows; ++row) {
      const values = data.subarray(row * length, (row + 1) * length);
      t.is(labels.data[row], values.indexOf(Math.max(...values)));
    }
  }
});

test('argMax: the first of several, and of a vector one number', t => {
  t.deepEqual(argMax({data: Float32Array.of(1, 5, 5, 0), shape: [4]}, -1), {data: Int32Array.of(1), shape: []});
});
