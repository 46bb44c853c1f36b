// Bad input to DenseCRF: each is refused by name, and the object is as it was before.
import test, {type ExecutionContext} from 'ava';
import {DenseCRF, type DenseCrfErrorCode, unaryFromSoftmax} from '../../../src/index.ts';
import {detached, refuses, rejects, resizable, shared, untyped} from '../bad.ts';
import {makeCrf, makeScene, toChannelsFirst} from './scene.ts';

const scene = makeScene(9, 12);
const POINTS = 108;
const {image, probabilities} = scene;
const energy = unaryFromSoftmax(probabilities, {labels: 3});

type Bad = readonly [call: (crf: DenseCRF) => unknown, code: DenseCrfErrorCode, ...words: string[]];

/** Each call is refused, and then the object still computes what it did. */
function allRefused(t: ExecutionContext, cases: readonly Bad[]): void {
  const crf = makeCrf(scene);
  const before = crf.inferenceSync(2);
  for (const [call, code, ...words] of cases) refuses(t, () => call(crf), code, ...words);
  t.is(crf.terms, 2);
  t.deepEqual(crf.inferenceSync(2), before);
}

/** What each array argument refuses: another type, other memory. */
function badFloats(name: string, length: number, call: (crf: DenseCRF, array: never) => unknown): Bad[] {
  const bad: [unknown, DenseCrfErrorCode, ...string[]][] = [
    [new Float64Array(length), 'ERR_INVALID_TYPE', 'Float32Array', 'Float64Array'],
    [new Array(length).fill(0), 'ERR_INVALID_TYPE', 'Float32Array', 'an array of'],
    [undefined, 'ERR_INVALID_TYPE', 'Float32Array', 'undefined'],
    [null, 'ERR_INVALID_TYPE', 'Float32Array', 'null'],
    [new ArrayBuffer(4 * length), 'ERR_INVALID_TYPE', 'Float32Array', 'ArrayBuffer'],
    [detached(new Float32Array(length)), 'ERR_DETACHED'],
    [shared(length), 'ERR_INVALID_TYPE', 'SharedArrayBuffer'],
    [resizable(length), 'ERR_INVALID_TYPE', 'resizable'],
    [new Float32Array(length).fill(NaN, 3), 'ERR_NOT_FINITE', 'NaN'],
    [new Float32Array(length).fill(Infinity, 3), 'ERR_NOT_FINITE', 'Infinity'],
    [new Float32Array(length + 1), 'ERR_INVALID_SHAPE', `${length + 1}`],
    [new Float32Array(0), 'ERR_INVALID_SHAPE', '0'],
  ];
  return bad.map(([value, code, ...words]) => [crf => call(crf, untyped(value)), code, name, ...words]);
}

test('the constructor: shape and labels', t => {
  const make = (options: unknown) => (): DenseCRF => new DenseCRF(untyped(options));
  refuses(t, make({shape: [4, 5], labels: 0}), 'ERR_OUT_OF_RANGE', 'labels', 'between 1 and 65535', '0');
  refuses(t, make({shape: [4, 5], labels: 65536}), 'ERR_OUT_OF_RANGE', 'labels');
  refuses(t, make({shape: [4, 5], labels: 2.5}), 'ERR_OUT_OF_RANGE', 'labels');
  refuses(t, make({shape: [4, 5], labels: '2'}), 'ERR_INVALID_TYPE', 'labels');
  refuses(t, make({shape: [4, 5]}), 'ERR_INVALID_TYPE', 'labels', 'undefined');
  refuses(t, make({shape: [4, 0], labels: 2}), 'ERR_OUT_OF_RANGE', 'shape[1]', '0');
  refuses(t, make({shape: [], labels: 2}), 'ERR_INVALID_SHAPE', 'shape');
  refuses(t, make({shape: 20, labels: 2}), 'ERR_INVALID_TYPE', 'shape');
  refuses(t, make({shape: [4, 5], label: 2}), 'ERR_UNKNOWN_OPTION', "'label'", "'labels'?");
  refuses(t, make(undefined), 'ERR_INVALID_TYPE', 'options', 'undefined');
});

test('the constructor: sizes that nothing can hold', t => {
  const make = (shape: number[], labels: number) => (): DenseCRF => new DenseCRF({shape, labels});
  refuses(t, make([2 ** 16, 2 ** 15], 1), 'ERR_TOO_LARGE', 'shape', '65536 x 32768');
  refuses(t, make([2 ** 15, 2 ** 10], 64), 'ERR_TOO_LARGE', 'shape and labels', '32768 x 1024 x 64');
  refuses(t, make([2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1], 65535), 'ERR_TOO_LARGE', 'shape');
});

test('a lattice that nothing can hold', t => {
  const deep = new DenseCRF({shape: [2 ** 26, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], labels: 1});
  refuses(t, () => deep.addPairwiseGaussian({sxy: 1, compat: 1}), 'ERR_TOO_LARGE', 'lattice', '134217728 x 17');
});

test('setUnaryEnergy', t => {
  allRefused(t, [
    ...badFloats('energy', 3 * POINTS, (crf, array) => crf.setUnaryEnergy(array)),
    [crf => crf.setUnaryEnergy(new Float32Array(2 * POINTS)), 'ERR_INVALID_SHAPE', '324', '[9, 12, 3]', '216'],
    [crf => crf.setUnaryEnergy(energy, untyped({dataformat: 'x'})), 'ERR_UNKNOWN_OPTION', "'dataFormat'?"],
    [crf => crf.setUnaryEnergy(energy, untyped({dataFormat: 'NCHW'})), 'ERR_OUT_OF_RANGE', 'dataFormat', "'NCHW'"],
    [crf => crf.setUnaryEnergy(energy, untyped('channelsFirst')), 'ERR_INVALID_TYPE', 'options'],
  ]);
});

test('setUnaryEnergy: says which point and label is not finite', t => {
  const bad = energy.slice();
  bad[3 * 40 + 2] = NaN;
  const first = toChannelsFirst(bad, 3);
  const dataFormat = 'channelsFirst';
  allRefused(t, [
    [crf => crf.setUnaryEnergy(bad), 'ERR_NOT_FINITE', 'NaN for label 2 at point 40'],
    [crf => crf.setUnaryEnergy(first, {dataFormat}), 'ERR_NOT_FINITE', 'NaN for label 2 at point 40'],
  ]);
});

test('setUnaryEnergy: a label that is infinite everywhere', t => {
  const column = energy.map((value, i) => (i % 3 === 1 ? Infinity : value));
  const first = toChannelsFirst(column, 3);
  const words = ['Infinity for label 1 at every point', 'unaryFromSoftmax'];
  allRefused(t, [
    [crf => crf.setUnaryEnergy(column), 'ERR_NOT_FINITE', ...words],
    [crf => crf.setUnaryEnergy(first, {dataFormat: 'channelsFirst'}), 'ERR_NOT_FINITE', ...words],
  ]);
});

test('setUnaryEnergy: the other layout, where it shows', t => {
  const first = toChannelsFirst(energy, 3);
  allRefused(t, [
    [crf => crf.setUnaryEnergy(first), 'ERR_INVALID_SHAPE', '[9, 12, 3]', 'look channels first', "'channelsFirst'"],
    [
      crf => crf.setUnaryEnergy(energy, {dataFormat: 'channelsFirst'}),
      'ERR_INVALID_SHAPE',
      'energy',
      'look channels last',
    ],
  ]);
  const crf = makeCrf(scene);
  t.notThrows(() => crf.setUnaryEnergy(energy.map(u => 3 * u + 1)), 'energies need not be of probabilities');
});

test('setLogisticUnary', t => {
  const weights = new Float32Array(6);
  const features = new Float32Array(2 * POINTS);
  allRefused(t, [
    ...badFloats('weights', 6, (crf, array) => crf.setLogisticUnary(array, features)),
    ...badFloats('features', 2 * POINTS, (crf, array) => crf.setLogisticUnary(weights, array)),
    [
      crf => crf.setLogisticUnary(new Float32Array(6).fill(1e30), new Float32Array(2 * POINTS).fill(1e30)),
      'ERR_OUT_OF_RANGE',
      'weights and features',
    ],
    [crf => crf.setLogisticUnary(weights, features, untyped({layout: 1})), 'ERR_UNKNOWN_OPTION', "'layout'"],
  ]);
});

const badSigmas: [unknown, DenseCrfErrorCode][] = [
  [0, 'ERR_OUT_OF_RANGE'],
  [-3, 'ERR_OUT_OF_RANGE'],
  [1e-60, 'ERR_OUT_OF_RANGE'],
  [NaN, 'ERR_NOT_FINITE'],
  [Infinity, 'ERR_NOT_FINITE'],
  ['3', 'ERR_INVALID_TYPE'],
  [undefined, 'ERR_INVALID_TYPE'],
];

const badPairwise: [object, DenseCrfErrorCode, ...string[]][] = [
  [{compat: undefined}, 'ERR_INVALID_TYPE', 'compat'],
  [{compat: '3'}, 'ERR_INVALID_TYPE', 'compat'],
  [{compat: NaN}, 'ERR_NOT_FINITE', 'compat'],
  [{compat: Infinity}, 'ERR_NOT_FINITE', 'compat'],
  [{compat: 1e39}, 'ERR_NOT_FINITE', 'compat'],
  [{compat: 1e21}, 'ERR_OUT_OF_RANGE', 'compat'],
  [{compat: [1, 2, -1e21]}, 'ERR_OUT_OF_RANGE', 'compat[2]'],
  [{compat: []}, 'ERR_INVALID_SHAPE', 'compat', '3 numbers'],
  [{compat: [1, 2]}, 'ERR_INVALID_SHAPE', 'compat', '3 numbers', 'received 2'],
  [{compat: [1, 2, NaN]}, 'ERR_NOT_FINITE', 'compat[2]'],
  [{compat: [1, 2, '3']}, 'ERR_INVALID_TYPE', 'compat[2]'],
  [{compat: [[1, 2, 3]]}, 'ERR_INVALID_SHAPE', 'compat', '3 rows', 'received 1'],
  [
    {
      compat: [
        [1, 2, 3],
        [1, 2],
        [1, 2, 3],
      ],
    },
    'ERR_INVALID_SHAPE',
    'compat[1]',
    '3 numbers',
    'received 2',
  ],
  [{compat: [[1, 2, 3], 4, [1, 2, 3]]}, 'ERR_INVALID_TYPE', 'compat[1]'],
  [
    {
      compat: [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, Infinity],
      ],
    },
    'ERR_NOT_FINITE',
    'compat[2][2]',
  ],
  [{normalization: 'SYMMETRIC'}, 'ERR_OUT_OF_RANGE', 'normalization', "'symmetric'"],
  [{normalization: 3}, 'ERR_INVALID_TYPE', 'normalization'],
  [{kernel: 'diagonal'}, 'ERR_OUT_OF_RANGE', 'kernel', "'diag'"],
  [{kernelParameters: new Float32Array(2)}, 'ERR_INVALID_SHAPE', 'kernelParameters', "'const'"],
  [{kernel: 'diag', kernelParameters: new Float32Array(1)}, 'ERR_INVALID_SHAPE', 'kernelParameters', "'diag'"],
  [{kernel: 'diag', kernelParameters: [1, 1]}, 'ERR_INVALID_TYPE', 'kernelParameters'],
  [{normalisation: 'after'}, 'ERR_UNKNOWN_OPTION', "'normalization'?"],
];

test('addPairwiseGaussian', t => {
  const add = (options: object) => (crf: DenseCRF) => crf.addPairwiseGaussian(untyped({sxy: 3, compat: 3, ...options}));
  allRefused(t, [
    ...badSigmas.map(([sxy, code]): Bad => [add({sxy}), code, 'sxy']),
    ...badSigmas.map(([bad, code]): Bad => [add({sxy: [3, bad]}), code, 'sxy[1]']),
    ...badPairwise.map(([options, ...rest]): Bad => [add(options), ...rest]),
    [add({sxy: [3]}), 'ERR_INVALID_SHAPE', 'sxy', 'each axis', '2 in all', '1 value'],
    [add({sxy: [3, 3, 3]}), 'ERR_INVALID_SHAPE', 'sxy', '3 values'],
    [add({srgb: 3}), 'ERR_UNKNOWN_OPTION', "'srgb'"],
    [crf => crf.addPairwiseGaussian(untyped(undefined)), 'ERR_INVALID_TYPE', 'options', 'undefined'],
    [crf => crf.addPairwiseGaussian(untyped(3)), 'ERR_INVALID_TYPE', 'options', '3'],
  ]);
});

test('addPairwiseBilateral', t => {
  const good = {sxy: 3, srgb: 13, image, compat: 3};
  const add = (options: object) => (crf: DenseCRF) => crf.addPairwiseBilateral(untyped({...good, ...options}));
  allRefused(t, [
    ...badSigmas.map(([sxy, code]): Bad => [add({sxy}), code, 'sxy']),
    ...badSigmas.map(([srgb, code]): Bad => [add({srgb}), code, 'srgb']),
    ...badSigmas.map(([bad, code]): Bad => [add({srgb: [13, 13, bad]}), code, 'srgb[2]']),
    ...badPairwise
      .filter(([options]) => !('kernelParameters' in options))
      .map(([options, ...rest]): Bad => [add(options), ...rest]),
    ...badFloats('image', 3 * POINTS, (crf, array) => add({image: array})(crf)),
    [add({image: new Uint8Array(100)}), 'ERR_INVALID_SHAPE', 'image', '108', '[9, 12]', '100'],
    [add({image: new Uint16Array(324)}), 'ERR_INVALID_TYPE', 'image', 'Uint16Array'],
    [add({srgb: [13, 13]}), 'ERR_INVALID_SHAPE', 'srgb', 'each channel', '3 in all'],
    [add({image: new Float32Array(15 * POINTS)}), 'ERR_OUT_OF_RANGE', '16 feature dimensions', '17'],
    [add({schan: 13}), 'ERR_UNKNOWN_OPTION', "'schan'"],
    [add({dataFormat: 'HWC'}), 'ERR_OUT_OF_RANGE', 'dataFormat'],
  ]);
});

test('addPairwiseEnergy', t => {
  const features = new Float32Array(2 * POINTS);
  const add = (options: object) => (crf: DenseCRF) => crf.addPairwiseEnergy(untyped({features, compat: 3, ...options}));
  allRefused(t, [
    ...badPairwise.map(([options, ...rest]): Bad => [add(options), ...rest]),
    ...badFloats('features', 2 * POINTS, (crf, array) => add({features: array})(crf)),
    [add({features: new Float32Array(17 * POINTS)}), 'ERR_OUT_OF_RANGE', '16 feature dimensions', '17'],
    [add({sxy: 3}), 'ERR_UNKNOWN_OPTION', "'sxy'"],
  ]);
});

test('features too far apart for exact lattice coordinates', t => {
  const huge = new Float32Array(2 * POINTS);
  huge[7] = 1e9;
  const float = Float32Array.from(image, value => value + 1e7);
  const add = (options: object) => (crf: DenseCRF) =>
    crf.addPairwiseBilateral(untyped({sxy: 3, srgb: 13, image, compat: 3, ...options}));
  const code = 'ERR_OUT_OF_RANGE';
  allRefused(t, [
    [crf => crf.addPairwiseGaussian({sxy: 1e-4, compat: 3}), code, 'sxy', '65536', 'a larger sxy'],
    [crf => crf.addPairwiseGaussian({sxy: 1e-38, compat: 3}), code, 'sxy'],
    [add({sxy: [3, 1e-5]}), code, 'sxy', 'a larger sxy'],
    [add({srgb: 0.003}), code, 'srgb', 'a larger srgb'],
    [add({srgb: [13, 13, 1e-38]}), code, 'srgb'],
    [add({image: float, srgb: 1}), code, 'srgb', 'subtract the mean'],
    [add({image: new Float32Array(324).fill(3e38), srgb: 1e-3}), code, 'srgb'],
    [crf => crf.addPairwiseEnergy({features: huge, compat: 3}), code, 'features', '1000000000', 'subtract the mean'],
    [
      crf => crf.addPairwiseGaussian({sxy: 3, compat: 3, kernel: 'diag', kernelParameters: Float32Array.of(1e9, 1)}),
      code,
      'kernelParameters',
    ],
  ]);
});

test('terms that are not there', t => {
  const calls = [
    (crf: DenseCRF, term: number) => crf.compatibility(term),
    (crf: DenseCRF, term: number) => crf.setCompatibility(term, 3),
    (crf: DenseCRF, term: number) => crf.kernelParameters(term),
    (crf: DenseCRF, term: number) => crf.setKernelParameters(term, new Float32Array(0)),
    (crf: DenseCRF, term: number) => crf.latticeVertices(term),
  ];
  allRefused(t, [
    ...calls.flatMap((call): Bad[] => [
      [crf => call(crf, 2), 'ERR_OUT_OF_RANGE', 'term', '2 pairwise terms', 'received 2'],
      [crf => call(crf, -1), 'ERR_OUT_OF_RANGE', 'term'],
      [crf => call(crf, 0.5), 'ERR_OUT_OF_RANGE', 'term'],
      [crf => call(crf, untyped('0')), 'ERR_INVALID_TYPE', 'term'],
    ]),
    [crf => crf.pairwiseEnergy(scene.truth, 2), 'ERR_OUT_OF_RANGE', 'term'],
    [crf => crf.pairwiseEnergy(scene.truth, -2), 'ERR_OUT_OF_RANGE', 'term'],
  ]);
});

test('setCompatibility and setKernelParameters', t => {
  const crf = makeCrf(scene);
  const term = crf.addPairwiseGaussian({sxy: 3, compat: 1, kernel: 'diag'});
  const before = crf.inferenceSync(2);
  refuses(t, () => crf.setCompatibility(term, [1, 2]), 'ERR_INVALID_SHAPE', 'compat');
  refuses(t, () => crf.setCompatibility(term, NaN), 'ERR_NOT_FINITE', 'compat');
  refuses(t, () => crf.setKernelParameters(term, Float32Array.of(1)), 'ERR_INVALID_SHAPE', 'parameters', "'diag'");
  refuses(t, () => crf.setKernelParameters(term, Float32Array.of(1, NaN)), 'ERR_NOT_FINITE', 'parameters');
  refuses(t, () => crf.setKernelParameters(term, untyped([1, 1])), 'ERR_INVALID_TYPE', 'parameters');
  refuses(t, () => crf.setKernelParameters(term, Float32Array.of(1e9, 1)), 'ERR_OUT_OF_RANGE', 'parameters', '65536');
  t.is(crf.compatibility(term), 1);
  t.deepEqual(crf.kernelParameters(term), Float32Array.of(1, 1));
  t.deepEqual(crf.inferenceSync(2), before);
});

test('inference', async t => {
  const crf = makeCrf(scene);
  const before = crf.inferenceSync(2);
  for (const iterations of [-1, 0.5, NaN, 2 ** 31]) {
    refuses(t, () => crf.inferenceSync(iterations), 'ERR_OUT_OF_RANGE', 'iterations');
    refuses(t, () => crf.mapSync(iterations), 'ERR_OUT_OF_RANGE', 'iterations');
    await rejects(t, crf.inference(iterations), 'ERR_OUT_OF_RANGE', 'iterations');
    await rejects(t, crf.map(iterations), 'ERR_OUT_OF_RANGE', 'iterations');
  }
  refuses(t, () => crf.inferenceSync(untyped(undefined)), 'ERR_INVALID_TYPE', 'iterations', 'undefined');
  refuses(t, () => crf.inferenceSync(1, untyped({signal: 1})), 'ERR_UNKNOWN_OPTION', "'signal'");
  await rejects(t, crf.inference(1, untyped({onprogress: 1})), 'ERR_UNKNOWN_OPTION', "'onProgress'?");
  await rejects(t, crf.inference(1, untyped({onProgress: 1})), 'ERR_INVALID_TYPE', 'onProgress', 'a function');
  await rejects(t, crf.inference(1, untyped({signal: {}})), 'ERR_INVALID_TYPE', 'signal', 'an AbortSignal');
  await rejects(t, crf.inference(1, untyped(null)), 'ERR_INVALID_TYPE', 'options', 'null');
  await rejects(t, crf.map(1, untyped({dataFormat: 'channelsLast'})), 'ERR_UNKNOWN_OPTION', "'dataFormat'");
  t.deepEqual(crf.inferenceSync(2), before);
});

test('labelings', t => {
  allRefused(t, [
    [crf => crf.unaryEnergy(new Uint8Array(107)), 'ERR_INVALID_SHAPE', 'labels', '108', '[9, 12]', '107'],
    [crf => crf.unaryEnergy(untyped(new Float32Array(108))), 'ERR_INVALID_TYPE', 'labels', 'Float32Array'],
    [crf => crf.unaryEnergy(untyped(new Array(108).fill(0))), 'ERR_INVALID_TYPE', 'labels', 'an array'],
    [crf => crf.unaryEnergy(detached(new Int32Array(108))), 'ERR_DETACHED', 'labels'],
    [crf => crf.pairwiseEnergy(new Uint8Array(109)), 'ERR_INVALID_SHAPE', 'labels'],
    [crf => crf.pairwiseEnergy(untyped(undefined), 0), 'ERR_INVALID_TYPE', 'labels'],
  ]);
});
