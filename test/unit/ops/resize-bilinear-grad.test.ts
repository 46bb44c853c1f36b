import test from 'ava';
import {resizeBilinear, resizeBilinearGrad} from '../../../src/ops/index.ts';
import {close, Random} from './oracle.ts';

test('is the transpose of resizing, in every convention', t => {
  for (let seed = 0; seed < 60; ++seed) {
    const random = new Random(seed);
    const options = random.pick({}, {alignCorners: true}, {halfPixelCenters: true});
    const x = random.tensor(random.integer(1, 2), random.integer(1, 12), random.integer(1, 12), random.integer(1, 9));
    const size = [random.integer(1, 20), random.integer(1, 20)] as const;
    const y = resizeBilinear(x, size, options);
    const dy = random.tensor(...y.shape);
    const dx = resizeBilinearGrad(x.shape, dy, options);
    t.deepEqual(dx.shape, x.shape);
    const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    const [there, back] = [dot(y.data, dy.data), dot(x.data, dx.data)];
    t.true(Math.abs(there - back) <= 1e-4 * Math.sqrt(y.data.length), `seed ${seed}: ${there}, ${back}`);
  }
});

test('a constant gradient keeps its sum', t => {
  const dy = {data: new Float32Array(35).fill(1), shape: [1, 7, 5, 1]} as const;
  const {data} = resizeBilinearGrad([1, 3, 2, 1], dy, {alignCorners: true});
  close(t, Float64Array.of(data.reduce((a, b) => a + b)), Float64Array.of(35), 'sum', 1e-6);
});
