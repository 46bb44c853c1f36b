import test from 'ava';
import {type LabelMap, unaryFromLabels, unaryFromLogits, unaryFromSoftmax} from '../../../src/index.ts';
import {detached, refuses, resizable, shared, untyped} from '../bad.ts';
import {difference, makeScene, toChannelsFirst} from './scene.ts';

test('unaryFromSoftmax: -log p, clipped', t => {
  const energy = unaryFromSoftmax(Float32Array.of(0.25, 0.75, 0, 1), {labels: 2});
  t.true(difference(energy, [Math.log(4), Math.log(4 / 3), -Math.log(1e-5), 0]) < 1e-6);
  const clipped = unaryFromSoftmax(Float32Array.of(0.25, 0.75, 0, 1), {labels: 2, clip: 0.5});
  t.true(difference(clipped, [Math.LN2, Math.log(4 / 3), Math.LN2, 0]) < 1e-6);
});

test('unaryFromSoftmax: scale mixes with the uniform distribution', t => {
  const energy = unaryFromSoftmax(Float32Array.of(0, 1, 0.5, 0.5), {labels: 2, scale: 0.6});
  t.true(
    difference(
      energy,
      [0.2, 0.8, 0.5, 0.5].map(p => -Math.log(p)),
    ) < 1e-6,
  );
});

test('unaryFromSoftmax: no points, no energies', t => {
  t.deepEqual(unaryFromSoftmax(new Float32Array(0), {labels: 3}), new Float32Array(0));
});

test('unaryFromSoftmax: bad input', t => {
  const p = Float32Array.of(0.5, 0.5);
  refuses(
    t,
    () => unaryFromSoftmax(Float32Array.of(0.5, -3), {labels: 2}),
    'ERR_OUT_OF_RANGE',
    '-3 at index 1',
    'logits',
  );
  refuses(t, () => unaryFromSoftmax(Float32Array.of(0.5, NaN), {labels: 2}), 'ERR_NOT_FINITE', 'probabilities', 'NaN');
  refuses(
    t,
    () => unaryFromSoftmax(Float32Array.of(Infinity, 0), {labels: 2}),
    'ERR_NOT_FINITE',
    'Infinity at index 0',
  );
  refuses(t, () => unaryFromSoftmax(p, {labels: 3}), 'ERR_INVALID_SHAPE', 'probabilities', '3 values', 'received 2');
  refuses(t, () => unaryFromSoftmax(untyped([0.5, 0.5]), {labels: 2}), 'ERR_INVALID_TYPE', 'probabilities');
  refuses(t, () => unaryFromSoftmax(untyped(new Float64Array(2)), {labels: 2}), 'ERR_INVALID_TYPE', 'Float64Array');
  refuses(t, () => unaryFromSoftmax(shared(2), {labels: 2}), 'ERR_INVALID_TYPE', 'SharedArrayBuffer');
  refuses(t, () => unaryFromSoftmax(resizable(2), {labels: 2}), 'ERR_INVALID_TYPE', 'resizable');
  refuses(t, () => unaryFromSoftmax(detached(new Float32Array(2)), {labels: 2}), 'ERR_DETACHED', 'probabilities');
  refuses(t, () => unaryFromSoftmax(p, {labels: 0}), 'ERR_OUT_OF_RANGE', 'labels');
  for (const scale of [0, -1, 1.5, NaN]) {
    const words = ['scale', 'above 0, at most 1', `${scale}`];
    refuses(t, () => unaryFromSoftmax(p, {labels: 2, scale}), 'ERR_OUT_OF_RANGE', ...words);
  }
  for (const clip of [0, 1, -1, NaN, 1e-40]) {
    refuses(t, () => unaryFromSoftmax(p, {labels: 2, clip}), 'ERR_OUT_OF_RANGE', 'clip');
  }
  refuses(t, () => unaryFromSoftmax(p, untyped({labels: 2, clips: 1})), 'ERR_UNKNOWN_OPTION', "'clip'?");
  refuses(t, () => unaryFromSoftmax(p, untyped(undefined)), 'ERR_INVALID_TYPE', 'options');
});

test('unaryFromLogits: that of their softmax, in either layout', t => {
  const {probabilities} = makeScene();
  const logits = probabilities.map((p, i) => Math.log(p) + (Math.floor(i / 3) % 7) - 3);
  const expected = unaryFromSoftmax(probabilities, {labels: 3});
  t.true(difference(unaryFromLogits(logits, {labels: 3}), expected) < 1e-5);
  const first = unaryFromLogits(toChannelsFirst(logits, 3), {labels: 3, dataFormat: 'channelsFirst'});
  t.true(difference(first, toChannelsFirst(expected, 3)) < 1e-5);
  const scaled = unaryFromLogits(logits, {labels: 3, scale: 0.5, clip: 0.2});
  t.true(difference(scaled, unaryFromSoftmax(probabilities, {labels: 3, scale: 0.5, clip: 0.2})) < 1e-5);
});

test('unaryFromLogits: any size of number', t => {
  const energy = unaryFromLogits(Float32Array.of(1e30, 0, -1e30, 88, 89, 90), {labels: 3});
  t.true(energy.every(Number.isFinite));
  t.is(energy[0], 0);
  t.true(
    difference(
      energy.subarray(1, 3),
      [1, 1].map(() => -Math.log(1e-5)),
    ) < 1e-5,
  );
  t.deepEqual(unaryFromLogits(new Float32Array(0), {labels: 3}), new Float32Array(0));
});

test('unaryFromLogits: bad input', t => {
  refuses(t, () => unaryFromLogits(Float32Array.of(1, NaN), {labels: 2}), 'ERR_NOT_FINITE', 'logits', 'index 1');
  refuses(t, () => unaryFromLogits(new Float32Array(3), {labels: 2}), 'ERR_INVALID_SHAPE', 'logits', '2 values');
  refuses(t, () => unaryFromLogits(untyped([1, 2]), {labels: 2}), 'ERR_INVALID_TYPE', 'logits');
  refuses(t, () => unaryFromLogits(new Float32Array(2), untyped({labels: 2, dataFormat: 'x'})), 'ERR_OUT_OF_RANGE');
});

test('unaryFromLabels: the given label, the others, and unknown', t => {
  const [sure, other, unknown] = [-Math.log(0.7), -Math.log(0.15), Math.log(3)];
  const expected = [unknown, unknown, unknown, sure, other, other, other, other, sure];
  for (const Kind of [Uint8Array, Uint8ClampedArray, Uint16Array, Int32Array]) {
    const energy = unaryFromLabels(Kind.of(0, 1, 3), {labels: 3, groundTruthProbability: 0.7});
    t.true(difference(energy, expected) < 1e-6, Kind.name);
  }
  const first = unaryFromLabels(Uint8Array.of(0, 1, 3), {labels: 3, dataFormat: 'channelsFirst'});
  t.true(difference(first, toChannelsFirst(Float32Array.from(expected), 3)) < 1e-6);
});

test('unaryFromLabels: without an unknown label', t => {
  const energy = unaryFromLabels(Uint8Array.of(0, 1), {labels: 2, zeroUnsure: false, groundTruthProbability: 0.9});
  t.true(
    difference(
      energy,
      [0.9, 0.1, 0.1, 0.9].map(p => -Math.log(p)),
    ) < 1e-6,
  );
});

test('unaryFromLabels: a void label besides', t => {
  const map = Uint8Array.of(255, 1);
  const energy = unaryFromLabels(map, {labels: 2, zeroUnsure: false, voidLabel: 255});
  t.true(
    difference(
      energy,
      [0.5, 0.5, 0.3, 0.7].map(p => -Math.log(p)),
    ) < 1e-6,
  );
});

test('unaryFromLabels: one label', t => {
  const energy = unaryFromLabels(Uint8Array.of(0, 1), {labels: 1, groundTruthProbability: 0.7});
  t.true(difference(energy, [0, -Math.log(0.7)]) < 1e-6);
});

test('unaryFromLabels: bad input', t => {
  const map = Uint8Array.of(0, 1, 2);
  refuses(
    t,
    () => unaryFromLabels(Uint8Array.of(0, 4), {labels: 3}),
    'ERR_OUT_OF_RANGE',
    '0 (unknown) to 3',
    '4 at point 1',
  );
  refuses(
    t,
    () => unaryFromLabels(Uint8Array.of(3), {labels: 3, zeroUnsure: false}),
    'ERR_OUT_OF_RANGE',
    '0 to 2',
    '3 at point 0',
  );
  refuses(t, () => unaryFromLabels(Uint8Array.of(255), {labels: 3}), 'ERR_OUT_OF_RANGE', 'voidLabel');
  refuses(t, () => unaryFromLabels(Int32Array.of(-1), {labels: 3}), 'ERR_OUT_OF_RANGE', '-1 at point 0');
  refuses(
    t,
    () => unaryFromLabels(untyped(Float32Array.of(1)), {labels: 3}),
    'ERR_INVALID_TYPE',
    'labels',
    'Float32Array',
  );
  const lists: LabelMap[] = [untyped([0, 1]), untyped(undefined)];
  for (const list of lists) refuses(t, () => unaryFromLabels(list, {labels: 3}), 'ERR_INVALID_TYPE', 'labels');
  refuses(t, () => unaryFromLabels(detached(Uint8Array.of(1)), {labels: 3}), 'ERR_DETACHED', 'labels');
  for (const groundTruthProbability of [0, 1, -1, NaN]) {
    const options = {labels: 3, groundTruthProbability};
    refuses(t, () => unaryFromLabels(map, options), 'ERR_OUT_OF_RANGE', 'groundTruthProbability');
  }
  refuses(t, () => unaryFromLabels(map, {labels: 0}), 'ERR_OUT_OF_RANGE', 'labels');
  refuses(t, () => unaryFromLabels(map, {labels: 3, zeroUnsure: untyped(1)}), 'ERR_INVALID_TYPE', 'zeroUnsure');
  refuses(t, () => unaryFromLabels(map, {labels: 3, voidLabel: 0.5}), 'ERR_OUT_OF_RANGE', 'voidLabel');
  refuses(t, () => unaryFromLabels(map, untyped({labels: 3, gtProb: 0.7})), 'ERR_UNKNOWN_OPTION', "'gtProb'");
});
