import test from 'ava';
import {checkOptions} from '../../../src/core/options.ts';
import {refuses, untyped} from '../bad.ts';

test('an unknown key is refused with the nearest known one', t => {
  const options = untyped({srbg: 3});
  refuses(
    t,
    () => checkOptions('options', options, untyped(['sxy', 'srgb'])),
    'ERR_UNKNOWN_OPTION',
    "'srbg'",
    "'srgb'?",
  );
});

test('a key like nothing known is refused without a guess', t => {
  const error = t.throws(() => checkOptions('options', untyped({speed: 3}), untyped(['sxy', 'srgb'])));
  t.is(error.message, "Expected options to have only the keys sxy or srgb but received 'speed'");
});

test('a key that is undefined is not there', t => {
  t.notThrows(() => checkOptions('options', untyped({srbg: undefined}), untyped(['sxy', 'srgb'])));
});

test('only objects are options', t => {
  for (const value of [null, 3, 'sxy', [1], new Float32Array(1)]) {
    refuses(t, () => checkOptions('options', untyped(value), []), 'ERR_INVALID_TYPE', 'options', 'an object');
  }
  t.notThrows(() => checkOptions('options', {}, []));
});
