// Bad input to the operators: each is refused by name, with both shapes, and nothing is written.
import test, {type ExecutionContext} from 'ava';
import * as ops from '../../../src/ops/index.ts';
import type {DenseCrfErrorCode} from '../../../src/index.ts';
import type {Shape4D, Tensor4D} from '../../../src/ops/index.ts';
import {detached, refuses, rejects, resizable, shared, untyped} from '../bad.ts';

type Bad = readonly [value: unknown, code: DenseCrfErrorCode, ...words: string[]];

function ones(...shape: Shape4D): Tensor4D {
  return {data: new Float32Array(shape.reduce((a, b) => a * b)).fill(1), shape};
}

const x = ones(1, 6, 5, 4);
const filter = ones(3, 3, 4, 2);
const depthwiseFilter = ones(3, 3, 4, 2);
const pointwiseFilter = ones(1, 1, 8, 3);

/** What each tensor argument refuses. */
function badTensors(name: string, good: Tensor4D): Bad[] {
  const {data, shape} = good;
  const {length} = data;
  return [
    [undefined, 'ERR_INVALID_TYPE', name, 'undefined'],
    [null, 'ERR_INVALID_TYPE', name, 'null'],
    [data, 'ERR_INVALID_TYPE', `${name}.shape`],
    [{data}, 'ERR_INVALID_TYPE', `${name}.shape`, 'undefined'],
    [{shape}, 'ERR_INVALID_TYPE', `${name}.data`, 'undefined'],
    [{data: Array.from(data), shape}, 'ERR_INVALID_TYPE', `${name}.data`, 'an array'],
    [{data: new Float64Array(length), shape}, 'ERR_INVALID_TYPE', `${name}.data`, 'Float64Array'],
    [{data: new Int32Array(length), shape}, 'ERR_INVALID_TYPE', `${name}.data`, 'Int32Array'],
    [{data: shared(length), shape}, 'ERR_INVALID_TYPE', `${name}.data`, 'SharedArrayBuffer'],
    [{data: resizable(length), shape}, 'ERR_INVALID_TYPE', `${name}.data`, 'resizable'],
    [{data: detached(new Float32Array(length)), shape}, 'ERR_DETACHED', `${name}.data`],
    [{data: data.slice(1), shape}, 'ERR_INVALID_SHAPE', `${name}.data`, `[${shape.join(', ')}]`, `${length - 1}`],
    [{data, shape: shape.slice(1)}, 'ERR_INVALID_SHAPE', `${name}.shape`, '4 sizes'],
    [{data, shape: [0, ...shape.slice(1)]}, 'ERR_OUT_OF_RANGE', `${name}.shape[0]`, '0'],
    [{data, shape: [...shape.slice(0, 3), -2]}, 'ERR_OUT_OF_RANGE', `${name}.shape[3]`, '-2'],
    [{data, shape: [...shape.slice(0, 3), 1.5]}, 'ERR_OUT_OF_RANGE', `${name}.shape[3]`, '1.5'],
    [{data, shape: [2 ** 16, 2 ** 15, 1, 1]}, 'ERR_TOO_LARGE', `${name}.shape`, '65536 x 32768'],
  ];
}

/** What the options of every window refuse. */
const badWindows: Bad[] = [
  [{strides: 0}, 'ERR_OUT_OF_RANGE', 'strides', '0'],
  [{strides: -1}, 'ERR_OUT_OF_RANGE', 'strides', '-1'],
  [{strides: 1.5}, 'ERR_OUT_OF_RANGE', 'strides', '1.5'],
  [{strides: NaN}, 'ERR_OUT_OF_RANGE', 'strides', 'NaN'],
  [{strides: '2'}, 'ERR_INVALID_TYPE', 'strides', "'2'"],
  [{strides: [1, 0]}, 'ERR_OUT_OF_RANGE', 'strides[1]', '0'],
  [{strides: [1, 1, 1]}, 'ERR_INVALID_SHAPE', 'strides', '2 numbers'],
  [{dilations: 0}, 'ERR_OUT_OF_RANGE', 'dilations', '0'],
  [{dilations: [2.5, 1]}, 'ERR_OUT_OF_RANGE', 'dilations[0]', '2.5'],
  [{dilations: -2}, 'ERR_OUT_OF_RANGE', 'dilations', '-2'],
  [{dilations: 2 ** 31 - 1}, 'ERR_TOO_LARGE', 'dilations', '2^31'],
  [{pad: 'SAME'}, 'ERR_OUT_OF_RANGE', 'pad', "'same'", "'SAME'"],
  [{pad: -1}, 'ERR_OUT_OF_RANGE', 'pad', '-1'],
  [{pad: 0.5}, 'ERR_OUT_OF_RANGE', 'pad', '0.5'],
  [{pad: true}, 'ERR_INVALID_TYPE', 'pad', 'true'],
  [{pad: [1, 1]}, 'ERR_INVALID_SHAPE', 'pad', '4 pairs'],
  [{pad: [[0, 0], [1, -1], [0, 0], [0, 0]]}, 'ERR_OUT_OF_RANGE', 'pad[1][1]', '-1'], // prettier-ignore
  [{pad: [[0, 0], 1, [0, 0], [0, 0]]}, 'ERR_INVALID_TYPE', 'pad[1]', '1'], // prettier-ignore
  [{pad: [[1, 0], [0, 0], [0, 0], [0, 0]]}, 'ERR_OUT_OF_RANGE', 'pad[0]', 'batch'], // prettier-ignore
  [{pad: [[0, 0], [0, 0], [0, 0], [0, 2]]}, 'ERR_OUT_OF_RANGE', 'pad[3]', 'channels'], // prettier-ignore
  [{pad: 2 ** 30}, 'ERR_TOO_LARGE', 'pad', '2^31'],
  [{pad: 2 ** 20}, 'ERR_TOO_LARGE', 'the result'],
  [{dimRoundingMode: 'up', pad: 1}, 'ERR_OUT_OF_RANGE', 'dimRoundingMode', "'up'"],
  [{dimRoundingMode: 'ceil', pad: 'same'}, 'ERR_OUT_OF_RANGE', 'dimRoundingMode', "'same'"],
  [{dimRoundingMode: 'ceil'}, 'ERR_OUT_OF_RANGE', 'dimRoundingMode', "'valid'"],
  [{stride: 2}, 'ERR_UNKNOWN_OPTION', "'strides'?"],
  ['same', 'ERR_INVALID_TYPE', 'options', "'same'"],
];

const badPlans: Bad[] = [
  [{exact: 1}, 'ERR_INVALID_TYPE', 'exact', '1'],
  [{maxBytes: 0}, 'ERR_OUT_OF_RANGE', 'maxBytes', '0'],
  [{maxBytes: 1.5}, 'ERR_OUT_OF_RANGE', 'maxBytes', '1.5'],
];

/** What bias and activation refuse, for so many output channels. */
function badEpilogues(channels: number, prefix = ''): Bad[] {
  const wrong = new Float32Array(channels + 1);
  return [
    [{bias: wrong}, 'ERR_INVALID_SHAPE', `${prefix}bias`, `[${channels}]`, `[${channels + 1}]`, 'ilter of shape'],
    [{bias: new Float64Array(channels)}, 'ERR_INVALID_TYPE', `${prefix}bias`, 'Float64Array'],
    [{bias: detached(new Float32Array(channels))}, 'ERR_DETACHED', `${prefix}bias`],
    [{bias: shared(channels)}, 'ERR_INVALID_TYPE', `${prefix}bias`, 'SharedArrayBuffer'],
    [{activation: 'gelu'}, 'ERR_OUT_OF_RANGE', `${prefix}activation`, "'gelu'"],
    [{activation: 1}, 'ERR_INVALID_TYPE', `${prefix}activation`],
    [{activation: 'prelu'}, 'ERR_INVALID_TYPE', `${prefix}preluActivationWeights`, 'none'],
    [{preluActivationWeights: wrong}, 'ERR_INVALID_TYPE', `${prefix}preluActivationWeights`, "'linear'"],
    [
      {activation: 'prelu', preluActivationWeights: wrong},
      'ERR_INVALID_SHAPE',
      `${prefix}preluActivationWeights`,
      `[${channels}]`,
    ],
    [{leakyreluAlpha: NaN}, 'ERR_NOT_FINITE', `${prefix}leakyreluAlpha`],
    [{leakyreluAlpha: '1'}, 'ERR_INVALID_TYPE', `${prefix}leakyreluAlpha`],
  ];
}

/** Each value is refused by every one of the calls. */
async function allRefused(
  t: ExecutionContext,
  calls: readonly ((value: never) => unknown)[],
  bad: Bad[],
): Promise<void> {
  for (const [value, code, ...words] of bad) {
    for (const call of calls) {
      // A call answers at once or with a promise.
      const answer = new Promise(resolve => {
        resolve(call(untyped(value)));
      });
      await rejects(t, answer, code, ...words);
    }
  }
}

const noFilter: Bad = [ones(3, 3, 5, 2), 'ERR_INVALID_SHAPE', 'ilter', '4 channels', '[1, 6, 5, 4]', '[3, 3, 5, 2]'];

test('conv2d', async t => {
  const [{shape}, {conv2d, conv2dAsync, planConv2d}] = [x, ops];
  await allRefused(t, [v => conv2d(v, filter), v => conv2dAsync(v, filter)], badTensors('x', x));
  const byFilter = [(v: never) => conv2d(x, v), (v: never) => conv2dAsync(x, v), (v: never) => planConv2d(shape, v)];
  await allRefused(t, byFilter, [...badTensors('filter', filter), noFilter]);
  const byOptions = [
    (v: never) => conv2d(x, filter, v),
    (v: never) => conv2dAsync(x, filter, v),
    (v: never) => planConv2d(shape, filter, v),
  ];
  await allRefused(t, byOptions, [...badWindows, ...badEpilogues(2), ...badPlans]);
  t.notThrows(() => conv2d(x, filter));
});

test('depthwiseConv2d', async t => {
  const [{shape}, {depthwiseConv2d, depthwiseConv2dAsync, planDepthwiseConv2d}] = [x, ops];
  await allRefused(t, [v => depthwiseConv2d(v, filter), v => depthwiseConv2dAsync(v, filter)], badTensors('x', x));
  const byFilter = [
    (v: never) => depthwiseConv2d(x, v),
    (v: never) => depthwiseConv2dAsync(x, v),
    (v: never) => planDepthwiseConv2d(shape, v),
  ];
  await allRefused(t, byFilter, [...badTensors('filter', filter), noFilter]);
  const byOptions = [
    (v: never) => depthwiseConv2d(x, filter, v),
    (v: never) => depthwiseConv2dAsync(x, filter, v),
    (v: never) => planDepthwiseConv2d(shape, filter, v),
  ];
  await allRefused(t, byOptions, [...badWindows, ...badEpilogues(8), ...badPlans]);
  t.notThrows(() => depthwiseConv2d(x, filter));
});

test('separableConv2d', async t => {
  const {separableConv2d, separableConv2dAsync, planSeparableConv2d} = ops;
  const calls = (call: (f: typeof separableConv2d, v: never) => unknown): ((v: never) => unknown)[] => [
    v => call(separableConv2d, v),
    v => call(separableConv2dAsync as never, v),
    v => call(((a: Tensor4D, ...rest: [never, never, never]) => planSeparableConv2d(a.shape, ...rest)) as never, v),
  ];
  await allRefused(t, calls((f, v) => f(v, depthwiseFilter, pointwiseFilter)).slice(0, 2), badTensors('x', x));
  const byDepthwise = calls((f, v) => f(x, v, pointwiseFilter));
  await allRefused(t, byDepthwise, [...badTensors('depthwiseFilter', depthwiseFilter), noFilter]);
  await allRefused(
    t,
    calls((f, v) => f(x, depthwiseFilter, v)),
    [
      ...badTensors('pointwiseFilter', pointwiseFilter),
      [
        ones(1, 1, 4, 3),
        'ERR_INVALID_SHAPE',
        'pointwiseFilter',
        '[1, 1, 8, outChannels]',
        '[3, 3, 4, 2]',
        '[1, 1, 4, 3]',
      ],
      [ones(3, 1, 8, 3), 'ERR_INVALID_SHAPE', 'pointwiseFilter', '[3, 1, 8, 3]'],
    ],
  );
  const byOptions = calls((f, v) => f(x, depthwiseFilter, pointwiseFilter, v));
  await allRefused(t, byOptions, [...badWindows, ...badEpilogues(3), ...badPlans]);
  const byMiddle = calls((f, v) => f(x, depthwiseFilter, pointwiseFilter, {depthwise: v}));
  await allRefused(t, byMiddle, [...badEpilogues(8, 'depthwise.'), [{exact: true}, 'ERR_UNKNOWN_OPTION', "'exact'"]]);
  t.notThrows(() => separableConv2d(x, depthwiseFilter, pointwiseFilter));
});

test('outputs that would be empty', t => {
  refuses(t, () => ops.conv2d(x, ones(7, 1, 4, 2)), 'ERR_INVALID_SHAPE', '[1, 6, 5, 4]', '[7, 1, 4, 2]', '0 x 5');
  refuses(t, () => ops.conv2d(x, filter, {dilations: 3}), 'ERR_INVALID_SHAPE', 'dilations [3, 3]', '0 x 0');
  refuses(t, () => ops.maxPool(x, 9), 'ERR_INVALID_SHAPE', 'x of shape [1, 6, 5, 4]', 'filterSize [9, 9]');
});

const formats: Bad[] = [
  [{dataFormat: 'channelsFirst'}, 'ERR_OUT_OF_RANGE', 'dataFormat', "'NCHW'"],
  [{dataFormat: 1}, 'ERR_INVALID_TYPE', 'dataFormat'],
];

test('dataFormat', async t => {
  const {conv2d, depthwiseConv2d, separableConv2d, conv2dDerInput} = ops;
  const calls = [
    (v: never) => conv2d(x, filter, v),
    (v: never) => depthwiseConv2d(x, filter, v),
    (v: never) => separableConv2d(x, depthwiseFilter, pointwiseFilter, v),
    (v: never) => conv2dDerInput(x.shape, ones(1, 4, 3, 2), filter, v),
  ];
  await allRefused(t, calls, formats);
  refuses(t, () => conv2d(x, filter, {dataFormat: 'NCHW'}), 'ERR_INVALID_SHAPE', '6 channels', '[1, 6, 5, 4]');
  const plan = (): unknown => ops.planConv2d(x.shape, filter, untyped({dataFormat: 'NHWC'}));
  refuses(t, plan, 'ERR_UNKNOWN_OPTION', 'dataFormat');
});

test('gradients', async t => {
  const kinds = [
    [ops.conv2dDerInput, ops.conv2dDerInputAsync, ops.conv2dDerFilter, ops.conv2dDerFilterAsync, 2],
    [
      ops.depthwiseConv2dNativeBackpropInput,
      ops.depthwiseConv2dNativeBackpropInputAsync,
      ops.depthwiseConv2dNativeBackpropFilter,
      ops.depthwiseConv2dNativeBackpropFilterAsync,
      8,
    ],
  ] as const;
  for (const [byInput, byInputAsync, byFilter, byFilterAsync, channels] of kinds) {
    const dy = ones(1, 4, 3, channels);
    const wrong = ones(1, 4, 4, channels);
    const badDy: Bad = [wrong, 'ERR_INVALID_SHAPE', 'dy', `[1, 4, 3, ${channels}]`, `[1, 4, 4, ${channels}]`, '[1, 6, 5, 4]', '[3, 3, 4, 2]']; // prettier-ignore
    const takingDy = [
      (v: never) => byInput(x.shape, v, filter),
      (v: never) => byInputAsync(x.shape, v, filter),
      (v: never) => byFilter(x, v, filter.shape),
      (v: never) => byFilterAsync(x, v, filter.shape),
    ];
    await allRefused(t, takingDy, [...badTensors('dy', dy), badDy]);
    const takingFilter = [(v: never) => byInput(x.shape, dy, v), (v: never) => byInputAsync(x.shape, dy, v)];
    await allRefused(t, takingFilter, [...badTensors('filter', filter), noFilter]);
    await allRefused(
      t,
      [v => byFilter(v, dy, filter.shape), v => byFilterAsync(v, dy, filter.shape)],
      badTensors('x', x),
    );
    const takingOptions = [
      (v: never) => byInput(x.shape, dy, filter, v),
      (v: never) => byInputAsync(x.shape, dy, filter, v),
      (v: never) => byFilter(x, dy, filter.shape, v),
      (v: never) => byFilterAsync(x, dy, filter.shape, v),
    ];
    await allRefused(t, takingOptions, badWindows);
    await allRefused(t, takingOptions.slice(0, 2), badPlans);
    await allRefused(t, [(v: never) => byInput(v, dy, filter)], badShapes('xShape'));
    await allRefused(t, [(v: never) => byFilter(x, dy, v)], badShapes('filterShape'));
    t.notThrows(() => byInput(x.shape, dy, filter));
    t.notThrows(() => byFilter(x, dy, filter.shape));
  }
});

function badShapes(name: string): Bad[] {
  return [
    [undefined, 'ERR_INVALID_TYPE', name],
    [4, 'ERR_INVALID_TYPE', name],
    [[1, 6, 5], 'ERR_INVALID_SHAPE', name, '4 sizes'],
    [[1, 6, 5, 0], 'ERR_OUT_OF_RANGE', `${name}[3]`],
    [new Array(4), 'ERR_INVALID_TYPE', `${name}[0]`],
    [[2 ** 16, 2 ** 15, 1, 1], 'ERR_TOO_LARGE', name],
  ];
}

test('pools', async t => {
  const dy = ones(1, 5, 4, 4);
  const {avgPool, avgPoolGrad, globalAvgPool, maxPool, maxPoolGrad} = ops;
  const takingX = [
    (v: never) => maxPool(v, 2),
    (v: never) => avgPool(v, 2),
    (v: never) => globalAvgPool(v),
    (v: never) => maxPoolGrad(v, dy, 2),
  ];
  await allRefused(t, takingX, badTensors('x', x));
  const takingDy = [(v: never) => maxPoolGrad(x, v, 2), (v: never) => avgPoolGrad(x.shape, v, 2)];
  const badDy: Bad = [ones(1, 5, 5, 4), 'ERR_INVALID_SHAPE', 'dy', '[1, 5, 4, 4]', '[1, 5, 5, 4]', '[1, 6, 5, 4]', '[2, 2]']; // prettier-ignore
  await allRefused(t, takingDy, [...badTensors('dy', dy), badDy]);
  const takingOptions = [
    (v: never) => maxPool(x, 2, v),
    (v: never) => avgPool(x, 2, v),
    (v: never) => maxPoolGrad(x, dy, 2, v),
    (v: never) => avgPoolGrad(x.shape, dy, 2, v),
  ];
  await allRefused(t, takingOptions, badWindows);
  const takingSize = [(v: never) => maxPool(x, v), (v: never) => avgPoolGrad(x.shape, dy, v)];
  await allRefused(t, takingSize, [
    [0, 'ERR_OUT_OF_RANGE', 'filterSize', '0'],
    [[2], 'ERR_INVALID_SHAPE', 'filterSize'],
    ['2', 'ERR_INVALID_TYPE', 'filterSize'],
    [undefined, 'ERR_INVALID_TYPE', 'filterSize'],
  ]);
});

test('softmax and argMax', async t => {
  const {argMax, softmax} = ops;
  const takingX = badTensors('x', x).filter(([, , , words]) => words !== '4 sizes');
  await allRefused(t, [v => argMax(v, -1)], takingX);
  const takingLogits = badTensors('logits', x).filter(([, , , words]) => words !== '4 sizes');
  await allRefused(t, [v => softmax(v)], takingLogits);
  refuses(t, () => softmax({data: new Float32Array(1), shape: []}), 'ERR_INVALID_SHAPE', 'logits.shape', '1 or more');
  for (const axis of [0, 1, -2]) refuses(t, () => argMax(x, axis), 'ERR_OUT_OF_RANGE', 'axis', 'last', `${axis}`);
  refuses(t, () => argMax(x, 4), 'ERR_OUT_OF_RANGE', 'axis', '4');
  refuses(t, () => argMax(x, untyped(undefined)), 'ERR_INVALID_TYPE', 'axis', 'undefined');
  refuses(t, () => softmax(x, 0), 'ERR_OUT_OF_RANGE', 'dim', 'last', '0');
});

test('resizeBilinearGrad', async t => {
  const dy = ones(1, 9, 9, 4);
  const {resizeBilinearGrad} = ops;
  await allRefused(t, [v => resizeBilinearGrad(v, dy)], badShapes('xShape'));
  const badDy: Bad = [ones(1, 9, 9, 3), 'ERR_INVALID_SHAPE', 'dy', '[1, 6, 5, 4]', '[1, 9, 9, 3]'];
  await allRefused(t, [v => resizeBilinearGrad(x.shape, v)], [...badTensors('dy', dy), badDy]);
  const options = untyped({alignCorner: true});
  refuses(t, () => resizeBilinearGrad(x.shape, dy, options), 'ERR_UNKNOWN_OPTION', "'alignCorners'?");
});

test('foldBatchNorm', async t => {
  const [mean, variance] = [new Float32Array(2), new Float32Array(2).fill(1)];
  const fold = (v: never): unknown => ops.foldBatchNorm(v, {mean, variance});
  await allRefused(t, [fold], badTensors('filter', filter));
  await allRefused(
    t,
    [(v: object) => ops.foldBatchNorm(filter, {mean, variance, ...v})],
    [
      [{mean: undefined}, 'ERR_INVALID_TYPE', 'mean', 'undefined'],
      [{variance: new Float32Array(3)}, 'ERR_INVALID_SHAPE', 'variance', '[2]', '[3]', 'filter of shape [3, 3, 4, 2]'],
      [{bias: new Float64Array(2)}, 'ERR_INVALID_TYPE', 'bias'],
      [{varianceEpsilon: 0}, 'ERR_OUT_OF_RANGE', 'varianceEpsilon'],
      [{depthwise: 1}, 'ERR_INVALID_TYPE', 'depthwise'],
      [{depthwise: true}, 'ERR_INVALID_SHAPE', 'mean', '[8]', '[2]'],
      [{gamma: mean}, 'ERR_UNKNOWN_OPTION', "'gamma'"],
    ],
  );
});

test('plans: inputs and outputs that do not fit, and nothing is written', async t => {
  using plan = ops.planConv2d(x.shape, filter);
  const length = 4 * 3 * 2;
  const output = new Float32Array(length);
  await allRefused(t, [v => plan.run(v, {output}), v => plan.runAsync(v, {output})], badTensors('x', x));
  const other: Bad = [ones(1, 5, 6, 4), 'ERR_INVALID_SHAPE', 'x', '[1, 6, 5, 4]', '[1, 5, 6, 4]'];
  await allRefused(t, [v => plan.run(v, {output}), v => plan.runAsync(v, {output})], [other]);

  const memory = new ArrayBuffer(4 * x.data.length + 4 * length);
  const inside = {data: new Float32Array(memory, 0, x.data.length).fill(1), shape: x.shape};
  const overlapping = new Float32Array(memory, 4 * x.data.length - 4, length);
  const beside = new Float32Array(memory, 4 * x.data.length, length);
  const badRuns: Bad[] = [
    [{output: new Float32Array(length - 1)}, 'ERR_INVALID_SHAPE', 'output', '[1, 4, 3, 2]', `${length - 1}`],
    [{output: new Float32Array(length + 1)}, 'ERR_INVALID_SHAPE', 'output', '[1, 4, 3, 2]', `${length + 1}`],
    [{output: new Float64Array(length)}, 'ERR_INVALID_TYPE', 'output', 'Float64Array'],
    [{output: detached(new Float32Array(length))}, 'ERR_DETACHED', 'output'],
    [{output: shared(length)}, 'ERR_INVALID_TYPE', 'output', 'SharedArrayBuffer'],
    [{output: resizable(length)}, 'ERR_INVALID_TYPE', 'output', 'resizable'],
    [{output, pixelStride: 5}, 'ERR_INVALID_SHAPE', 'output', '[1, 4, 3, 5]'],
    [{output, pixelStride: 1}, 'ERR_OUT_OF_RANGE', 'pixelStride', '1'],
    [{output, pixelStride: 2.5}, 'ERR_OUT_OF_RANGE', 'pixelStride', '2.5'],
    [{output, pixelStride: 2 ** 30}, 'ERR_TOO_LARGE', 'output'],
    [{output, offset: 1}, 'ERR_OUT_OF_RANGE', 'offset', '1'],
    [{output, offset: -1}, 'ERR_OUT_OF_RANGE', 'offset', '-1'],
    [{pixelStride: 4}, 'ERR_INVALID_TYPE', 'output', 'pixelStride'],
    [{outputs: output}, 'ERR_UNKNOWN_OPTION', "'output'?"],
    [{output: overlapping}, 'ERR_OVERLAP', 'output of shape [1, 4, 3, 2]', 'x of shape [1, 6, 5, 4]'],
  ];
  await allRefused(t, [v => plan.run(inside, v), v => plan.runAsync(inside, v)], badRuns);
  t.true(output.every(value => value === 0));
  t.true(inside.data.every(value => value === 1));
  t.notThrows(() => plan.run(inside, {output: beside}));
  await rejects(t, plan.runAsync(x, {signal: untyped(1)}), 'ERR_INVALID_TYPE', 'signal', '1');
});

test('planning: shapes, and memory that is not enough', async t => {
  const {planConv2d, planConv2dDerInput, planDepthwiseConv2d} = ops;
  const taking = [(v: never) => planConv2d(v, filter), (v: never) => planDepthwiseConv2d(v, filter)];
  await allRefused(t, taking, badShapes('inputShape'));
  await allRefused(t, [v => planConv2dDerInput(v, filter)], badShapes('xShape'));
  refuses(t, () => planConv2d(x.shape, filter, {maxBytes: 1}), 'ERR_TOO_LARGE', 'maxBytes', '1');
  refuses(t, () => ops.conv2d(x, filter, {maxBytes: 1}), 'ERR_TOO_LARGE', 'maxBytes', '1');
  await rejects(t, ops.conv2dAsync(x, filter, {maxBytes: 1}), 'ERR_TOO_LARGE', 'maxBytes', '1');
  refuses(t, () => ops.planMatMul([3, 4], {data: new Float32Array(8), shape: [4, 2]}, {maxBytes: 9}), 'ERR_TOO_LARGE', 'maxBytes', 'a of shape [3, 4]', '9'); // prettier-ignore

  // Tables of taps of which no two lie together.
  const [wide, options] = [ones(31, 31, 1, 1), {pad: 'same', dilations: 2} as const];
  const picture = ones(1, 64, 64, 1);
  refuses(t, () => ops.conv2d(picture, wide, options), 'ERR_TOO_LARGE', 'maxBytes', 'default', '[1, 64, 64, 1]');
  t.is(ops.conv2d(picture, wide, {...options, maxBytes: 2 ** 26}).data[64 * 32 + 32], 31 * 31);
});
