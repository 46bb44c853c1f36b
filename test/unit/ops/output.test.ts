// Results that operators without a plan write into an array of the caller's.
import test from 'ava';
import {avgPool, maxPool, resizeBilinear, softmax, type OutputOptions, type Tensor4D} from '../../../src/ops/index.ts';
import {detached, refuses, resizable, shared, untyped} from '../bad.ts';
import {Random} from './oracle.ts';

const x = new Random(1).tensor(2, 6, 5, 7);

const operators: Record<string, (of: Tensor4D, options?: OutputOptions) => Tensor4D> = {
  avgPool: (of, options) => avgPool(of, 3, {strides: 2, ...options}),
  maxPool: (of, options) => maxPool(of, 3, {strides: 2, ...options}),
  resizeBilinear: (of, options) => resizeBilinear(of, [11, 4], {halfPixelCenters: true, ...options}),
  softmax: (of, options) => softmax(of, -1, options),
};

for (const [name, operator] of Object.entries(operators)) {
  test(`${name} writes into a given output, and nothing else`, t => {
    const expected = operator(x);
    const {length} = expected.data;
    const memory = new Float32Array(length + 2).fill(-7);
    const output = memory.subarray(1, length + 1);
    const result = operator(x, {output});
    t.is(result.data, output);
    t.deepEqual(result.shape, expected.shape);
    t.deepEqual(Float32Array.from(output), expected.data);
    t.deepEqual([memory[0], memory[length + 1]], [-7, -7]);
  });

  test(`${name} refuses an output that does not fit, and writes nothing`, t => {
    const {data, shape} = operator(x);
    const {length} = data;
    const memory = new Float32Array(x.data.length + length - 1);
    const inside = {data: memory.subarray(0, x.data.length), shape: x.shape};
    const overlapping = memory.subarray(x.data.length - 1);
    const text = `[${shape.join(', ')}]`;
    const run = (output: unknown) => () => operator(inside, {output: untyped(output)});
    refuses(t, run(new Float32Array(length + 1)), 'ERR_INVALID_SHAPE', 'output', text, `${length + 1}`);
    refuses(t, run(new Float32Array(length - 1)), 'ERR_INVALID_SHAPE', 'output', text, `${length - 1}`);
    refuses(t, run(new Float64Array(length)), 'ERR_INVALID_TYPE', 'output', 'Float64Array');
    refuses(t, run(shared(length)), 'ERR_INVALID_TYPE', 'output', 'SharedArrayBuffer');
    refuses(t, run(resizable(length)), 'ERR_INVALID_TYPE', 'output', 'resizable');
    refuses(t, run(detached(new Float32Array(length))), 'ERR_DETACHED', 'output');
    refuses(t, run(overlapping), 'ERR_OVERLAP', `output of shape ${text}`, `of shape [${x.shape.join(', ')}]`);
    t.true(memory.every(value => value === 0));
    const misspelt = (): unknown => operator(x, untyped({outputs: new Float32Array(length)}));
    refuses(t, misspelt, 'ERR_UNKNOWN_OPTION', "'output'?");
  });
}
