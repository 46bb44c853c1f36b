import test from 'ava';
import {matMul, matMulAsync, planMatMul, type Shape, type Tensor, type Tensor2D} from '../../../src/ops/index.ts';
import {refuses, untyped} from '../bad.ts';
import {close, finish, Random, randomFinish} from './oracle.ts';

const matrix = (rows: number, columns: number, ...values: number[]): Tensor2D => ({
  data: Float32Array.from(values),
  shape: [rows, columns],
});

test('rows times columns', t => {
  const a = matrix(2, 3, 1, 2, 3, 4, 5, 6);
  const b = matrix(3, 2, 1, 0, 0, 1, 1, 1);
  t.deepEqual(matMul(a, b), matrix(2, 2, 4, 5, 10, 11));
  t.deepEqual(matMul(a, a, {transposeB: true}), matrix(2, 2, 14, 32, 32, 77));
  t.deepEqual(matMul(b, b, {transposeA: true}), matrix(2, 2, 2, 1, 1, 2));
});

interface Sizes {
  rows: number;
  depth: number;
  columns: number;
  batch: number;
  oneA: boolean;
  oneB: boolean;
}

/** `[batch, rows, depth]` times `[batch, depth, columns]` in double precision. */
function multiply(a: Float32Array, b: Float32Array, sizes: Sizes, turnA: boolean, turnB: boolean): Float64Array {
  const {rows, depth, columns, batch, oneA, oneB} = sizes;
  return new Float64Array(batch * rows * columns).map((_, i) => {
    const [image, row, column] = [Math.floor(i / (rows * columns)), Math.floor(i / columns) % rows, i % columns];
    const [startA, startB] = [oneA ? 0 : image * rows * depth, oneB ? 0 : image * depth * columns];
    let sum = 0;
    for (let k = 0; k < depth; ++k) {
      const left = a[startA + (turnA ? k * rows + row : row * depth + k)]!;
      sum += left * b[startB + (turnB ? column * depth + k : k * columns + column)]!;
    }
    return sum;
  });
}

test('agrees with double precision, whatever the options', t => {
  for (let seed = 0; seed < 150; ++seed) {
    const random = new Random(seed);
    const [rows, depth, columns] = [random.integer(1, 70), random.integer(1, 70), random.integer(1, 70)];
    const batch = random.pick(1, 1, random.integer(2, 4));
    const sizes = {rows, depth, columns, batch, oneA: random.pick(true, false), oneB: random.pick(true, false)};
    if (sizes.oneA && sizes.oneB) sizes.batch = 1;
    const [transposeA, transposeB] = [random.pick(true, false), random.pick(true, false)];
    const tensor = (one: boolean, shape: Shape): Tensor => {
      const whole = one ? shape : [sizes.batch, ...shape];
      return {data: random.floats(whole.reduce((x, y) => x * y)), shape: whole};
    };
    const a = tensor(sizes.oneA, transposeA ? [depth, rows] : [rows, depth]);
    const b = tensor(sizes.oneB, transposeB ? [columns, depth] : [depth, columns]);
    const options = {transposeA, transposeB, ...randomFinish(random, columns)};
    const {data, shape} = matMul(a, b, options);
    const text = `seed ${seed}, ${a.shape.join()} by ${b.shape.join()}`;
    t.deepEqual(shape, sizes.oneA && sizes.oneB ? [rows, columns] : [sizes.batch, rows, columns], text);
    close(t, data, finish(multiply(a.data, b.data, sizes, transposeA, transposeB), columns, options), text);
  }
});

test('in the background, and by a plan: the same', async t => {
  const random = new Random(2);
  const a: Tensor2D = {data: random.floats(70), shape: [7, 10]};
  const b: Tensor2D = {data: random.floats(90), shape: [9, 10]};
  const options = {transposeB: true, bias: random.floats(9), activation: 'elu'} as const;
  const expected = matMul(a, b, options);
  using plan = planMatMul([7, 10], b, options);
  t.deepEqual(plan.run(a), expected);
  const output = new Float32Array(7 * 12);
  t.deepEqual(plan.run(a, {output, pixelStride: 12, offset: 2}).shape, [7, 12]);
  t.deepEqual(output.slice(14, 23), expected.data.slice(9, 18));
  const run = matMulAsync(a, b, options);
  for (const array of [a.data, b.data, options.bias]) array.fill(NaN);
  t.deepEqual(await run, expected);
});

test('bad input', t => {
  const [a, b] = [matrix(2, 3, 1, 2, 3, 4, 5, 6), matrix(3, 1, 1, 2, 3)];
  const bad =
    (v: unknown, w: unknown = b, options: unknown = {}) =>
    (): Tensor =>
      matMul(untyped(v), untyped(w), untyped(options));
  refuses(t, bad(undefined), 'ERR_INVALID_TYPE', 'a', 'undefined');
  refuses(t, bad({data: a.data, shape: [6]}), 'ERR_INVALID_SHAPE', 'a.shape', '2 or more');
  refuses(t, bad(a, a), 'ERR_INVALID_SHAPE', 'b', '3 rows', '[2, 3]', '2');
  refuses(t, bad(a, b, {transposeA: true}), 'ERR_INVALID_SHAPE', '2 rows', 'transposeA');
  refuses(t, bad(a, b, {transposeA: 1}), 'ERR_INVALID_TYPE', 'transposeA');
  refuses(t, bad(a, b, {transpose: true}), 'ERR_UNKNOWN_OPTION', "'transpose");
  refuses(t, bad(a, b, {bias: a.data}), 'ERR_INVALID_SHAPE', 'bias', '[1]', '[6]', '[3, 1]');
  const batch = (count: number): Tensor => ({data: new Float32Array(9 * count), shape: [count, 3, 3]});
  for (const [left, right] of [
    [2, 3],
    [3, 2],
    [4, 2],
    [2, 4],
  ] as const) {
    const shapes = [`[${left}, 3, 3]`, `[${right}, 3, 3]`];
    refuses(t, bad(batch(left), batch(right)), 'ERR_INVALID_SHAPE', 'b ', ...shapes);
  }
  refuses(t, () => planMatMul([2, 0], b), 'ERR_OUT_OF_RANGE', 'aShape[1]');
  refuses(t, () => planMatMul([2, 4], b), 'ERR_INVALID_SHAPE', '4 rows', '[2, 4]', '[3, 1]');
});
