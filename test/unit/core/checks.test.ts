import test from 'ava';
import {
  checkBetween,
  checkBoolean,
  checkCallback,
  checkChoice,
  checkFinite,
  checkInteger,
  checkPositive,
  checkSignal,
} from '../../../src/core/checks.ts';
import {refuses, untyped} from '../bad.ts';

test('checkInteger: integers in a range, both ends included', t => {
  t.is(checkInteger('labels', 1, 1, 65535), 1);
  t.is(checkInteger('labels', 65535, 1, 65535), 65535);
  for (const value of [0, 65536, 1.5, NaN, Infinity, -1]) {
    refuses(
      t,
      () => checkInteger('labels', value, 1, 65535),
      'ERR_OUT_OF_RANGE',
      'labels',
      'between 1 and 65535',
      `${value}`,
    );
  }
  for (const value of ['3', undefined, null, 3n, [3], {}]) {
    refuses(t, () => checkInteger('labels', value, 1, 65535), 'ERR_INVALID_TYPE', 'labels', 'between 1 and 65535');
  }
});

test('checkInteger: says what was expected and what came', t => {
  t.throws(() => checkInteger('labels', 0, 1, 65535), {
    message: 'Expected labels to be an integer between 1 and 65535 but received 0',
  });
  t.throws(() => checkInteger('iterations', 'ten', 0), {
    message: "Expected iterations to be an integer of 0 or more but received 'ten'",
  });
});

test('checkFinite and checkPositive: as float32', t => {
  t.is(checkFinite('compat', -0.1), Math.fround(-0.1));
  t.is(checkPositive('sxy', 3), 3);
  for (const value of [NaN, Infinity, -Infinity, 1e39]) {
    refuses(t, () => checkFinite('compat', value), 'ERR_NOT_FINITE', 'compat');
    refuses(t, () => checkPositive('sxy', value), 'ERR_NOT_FINITE', 'sxy');
  }
  for (const value of [0, -0, -1, 1e-50]) refuses(t, () => checkPositive('sxy', value), 'ERR_OUT_OF_RANGE', 'sxy');
  refuses(t, () => checkPositive('sxy', '3'), 'ERR_INVALID_TYPE', 'sxy');
});

test('checkBetween: with and without its ends', t => {
  t.is(checkBetween('clip', 0, 0, 1, 'closed'), 0);
  refuses(t, () => checkBetween('clip', 0, 0, 1, 'open'), 'ERR_OUT_OF_RANGE', 'clip', 'excluded');
  refuses(t, () => checkBetween('clip', NaN, 0, 1, 'closed'), 'ERR_OUT_OF_RANGE', 'NaN');
});

test('checkChoice: lists the words', t => {
  t.is(checkChoice('kernel', 'diag', ['const', 'diag', 'full']), 'diag');
  const words = ["'const', 'diag' or 'full'", "'diagonal'"];
  refuses(t, () => checkChoice('kernel', 'diagonal', ['const', 'diag', 'full']), 'ERR_OUT_OF_RANGE', ...words);
  refuses(t, () => checkChoice('kernel', 1, ['const', 'diag', 'full']), 'ERR_INVALID_TYPE', 'kernel');
});

test('checkBoolean, checkCallback, checkSignal: the right type', t => {
  t.true(checkBoolean('zeroUnsure', true));
  refuses(t, () => checkBoolean('zeroUnsure', 1), 'ERR_INVALID_TYPE', 'zeroUnsure');
  t.is(checkCallback('onProgress', undefined), undefined);
  refuses(t, () => checkCallback('onProgress', untyped(3)), 'ERR_INVALID_TYPE', 'onProgress', 'a function');
  const {signal} = new AbortController();
  t.is(checkSignal('signal', signal), signal);
  refuses(t, () => checkSignal('signal', untyped({})), 'ERR_INVALID_TYPE', 'signal', 'an AbortSignal');
  refuses(t, () => checkSignal('signal', untyped(null)), 'ERR_INVALID_TYPE', 'signal', 'null');
});
