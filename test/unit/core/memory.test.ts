import test from 'ava';
import {allocateFloats, checkEntries, checkFitsMemory} from '../../../src/core/memory.ts';
import {refuses} from '../bad.ts';

test('checkEntries: up to 2^31 - 1', t => {
  t.is(checkEntries('shape', [2 ** 31 - 1]), 2 ** 31 - 1);
  t.is(checkEntries('shape', [3, 4, 5]), 60);
  refuses(t, () => checkEntries('shape', [65536, 32768]), 'ERR_TOO_LARGE', 'shape', '65536 x 32768');
});

test('checkFitsMemory: says what is there and what is needed', t => {
  const gibibyte = 2 ** 30;
  t.notThrows(() => checkFitsMemory('a CRF', 2 * gibibyte, 2 * gibibyte));
  refuses(
    t,
    () => checkFitsMemory('a CRF', 3 * gibibyte, 2 * gibibyte),
    'ERR_TOO_LARGE',
    'a CRF',
    '2.0 GiB',
    '3.0 GiB',
  );
  refuses(t, () => checkFitsMemory('a CRF', 2 ** 60), 'ERR_TOO_LARGE', 'a CRF');
});

test('allocateFloats: memory that the system refuses is an error of ours', t => {
  t.is(allocateFloats(3).length, 3);
  refuses(t, () => allocateFloats(2 ** 50), 'ERR_OUT_OF_MEMORY', 'bytes');
});
