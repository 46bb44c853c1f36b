import test from 'ava';
import {runInNewContext} from 'node:vm';
import {checkArray, checkFloats, checkLength} from '../../../src/core/arrays.ts';
import {detached, refuses, resizable, shared} from '../bad.ts';

test('checkArray: the kinds asked for, and nothing else', t => {
  const floats = new Float32Array(2);
  t.is(checkArray('energy', floats, 'Float32Array'), floats);
  const image = Buffer.from([1, 2, 3]);
  t.is(checkArray('image', image, 'Float32Array', 'Uint8Array'), image);
  const values = [
    new Float64Array(2),
    [1, 2],
    'abc',
    null,
    undefined,
    new DataView(new ArrayBuffer(8)),
    new ArrayBuffer(8),
  ];
  for (const value of values) {
    refuses(t, () => checkArray('energy', value, 'Float32Array'), 'ERR_INVALID_TYPE', 'energy', 'a Float32Array');
  }
  t.throws(() => checkArray('image', new Float64Array(2), 'Uint8Array', 'Float32Array'), {
    message: 'Expected image to be a Uint8Array or Float32Array but received a Float64Array of 2 values',
  });
});

test('checkArray: arrays of another realm are welcome', t => {
  const foreign: unknown = runInNewContext('Float32Array.of(1, 2)');
  t.false(foreign instanceof Float32Array);
  t.is<unknown, unknown>(checkArray('energy', foreign, 'Float32Array'), foreign);
});

test('checkArray: only memory that stays as it is', t => {
  refuses(t, () => checkArray('energy', shared(4), 'Float32Array'), 'ERR_INVALID_TYPE', 'energy', 'SharedArrayBuffer');
  refuses(t, () => checkArray('energy', resizable(4), 'Float32Array'), 'ERR_INVALID_TYPE', 'energy', 'resizable');
  refuses(t, () => checkArray('energy', detached(new Float32Array(4)), 'Float32Array'), 'ERR_DETACHED', 'energy');
  t.notThrows(() => checkArray('energy', new Float32Array(0), 'Float32Array'));
});

test('checkLength: says how many values and why', t => {
  const [three, four] = [new Float32Array(3), new Float32Array(4)];
  t.is(checkLength('energy', four, 4, 'for shape [2, 2]'), four);
  t.throws(() => checkLength('energy', three, 4, 'for shape [2, 2]'), {
    code: 'ERR_INVALID_SHAPE',
    message: 'Expected energy to hold 4 values for shape [2, 2] but received 3',
  });
});

test('checkFloats: names the first value that is not finite', t => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    const values = Float32Array.of(1, 2, bad, NaN);
    refuses(t, () => checkFloats('features', values, 4, ''), 'ERR_NOT_FINITE', 'features', `${bad}`, 'index 2');
  }
});
