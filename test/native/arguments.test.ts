import test from 'ava';
import type {NativePairwiseTerm} from '../../src/native/addon.ts';
import {native} from '../../src/native/load.ts';
import {LABELS, POINTS, callUnchecked, detach, gaussian, noise, problem, withStatus} from './support.ts';

// The doors never let these through; the binding must not crash on one.
const refused = withStatus('invalid-argument');

function detached(): Float32Array {
  const array = noise(POINTS * LABELS);
  detach(array);
  return array;
}

function resizable(): Float32Array {
  const byteLength = POINTS * LABELS * 4;
  // TypeScript's es2023 does not know them yet.
  const buffer: unknown = Reflect.construct(ArrayBuffer, [byteLength, {maxByteLength: 2 * byteLength}]);
  return new Float32Array(buffer as ArrayBuffer);
}

const arrays: Record<string, unknown> = {
  'a shorter array': noise(POINTS * LABELS - 1),
  'a longer array': noise(POINTS * LABELS + 1),
  'a detached array': detached(),
  'a shared array': new Float32Array(new SharedArrayBuffer(POINTS * LABELS * 4)),
  'a resizable array': resizable(),
  'another dtype': new Float64Array(POINTS * LABELS),
  'a DataView': new DataView(new ArrayBuffer(POINTS * LABELS * 4)),
  'a plain array': new Array(POINTS * LABELS).fill(0),
  nothing: undefined,
};

for (const [name, array] of Object.entries(arrays)) {
  test(`${name} for a Float32Array`, t => {
    const crf = problem();
    t.throws(() => callUnchecked(crf, 'setUnary', array, false), refused);
    t.throws(() => callUnchecked(crf, 'inferenceSync', 1, array, null, false), refused);
    t.throws(() => callUnchecked(crf, 'inference', 1, array, null, false, null), refused);
    t.throws(() => callUnchecked(crf, 'current', array, null, false), refused);
    t.notThrows(() => crf.inferenceSync(1, null, null, false));
  });
}

const terms: Record<string, Record<string, unknown>> = {
  'too few position sigmas': {positionSigmas: Float32Array.of(1)},
  'channels of another length': {channels: new Uint8Array(POINTS), channelSigmas: Float32Array.of(1, 1)},
  'channel sigmas without channels': {channelSigmas: Float32Array.of(1)},
  'channels of another dtype': {channels: new Int16Array(POINTS), channelSigmas: Float32Array.of(1)},
  'kernel parameters of another length': {kernel: 'full', kernelParameters: new Float32Array(3)},
  'an unknown kernel': {kernel: 'round'},
  'an unknown normalization': {normalization: 'twice'},
  'a matrix of another size': {compatibility: {type: 'matrix', values: new Float32Array(LABELS)}},
  'no compatibility': {compatibility: null},
};

for (const [name, change] of Object.entries(terms)) {
  test(`a pairwise term with ${name}`, t => {
    const crf = problem();
    const term: NativePairwiseTerm = {...gaussian(2), ...change};
    t.throws(() => crf.addPairwise(term), refused);
    t.throws(() => crf.vertices(1), refused);
    t.notThrows(() => crf.inferenceSync(1, null, null, false));
  });
}

test('a term that is not there', t => {
  const crf = problem();
  const labeling = new Int32Array(POINTS);
  for (const term of [1, -1, Number.NaN, Infinity, 2 ** 53]) {
    t.throws(() => crf.vertices(term), refused);
    t.throws(() => crf.kernelParameters(term), refused);
    t.throws(() => crf.setKernelParameters(term, new Float32Array()), refused);
    t.throws(() => crf.setCompatibility(term, gaussian(1).compatibility), refused);
    t.throws(() => crf.pairwiseEnergy(labeling, term), refused);
  }
});

test('numbers that are none', t => {
  for (const iterations of ['1', undefined, Number.NaN, -1, 2 ** 31]) {
    t.throws(() => callUnchecked(problem(), 'inferenceSync', iterations, null, null, false), refused);
  }
  t.throws(() => new (native().DenseCrf)([4, -4], 2), refused);
  t.throws(() => new (native().DenseCrf)([4, 4], Number.NaN), refused);
});

test('a method on another object', t => {
  const stranger = Object.setPrototypeOf({}, problem()) as object;
  t.throws(() => callUnchecked(stranger, 'build'));
});

test('sizes that no memory holds', t => {
  t.throws(() => new (native().DenseCrf)([2 ** 20, 2 ** 20], 21), withStatus('too-large'));
});

test('an object that is disposed', t => {
  const crf = problem();
  crf.dispose();
  t.throws(() => crf.setUnary(noise(POINTS * LABELS), false), withStatus('disposed'));
  t.throws(() => crf.inference(1, null, null, false, null), withStatus('disposed'));
});
