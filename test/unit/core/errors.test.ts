import test from 'ava';
import {callNative} from '../../../src/core/status.ts';
import {DenseCrfError} from '../../../src/index.ts';
import {refuses} from '../bad.ts';

test('an error has a name, a code, a message and a cause', t => {
  const cause = new Error('why');
  const error = new DenseCrfError('ERR_BUSY', 'busy', {cause});
  t.true(error instanceof Error);
  t.is(error.name, 'DenseCrfError');
  t.is(error.code, 'ERR_BUSY');
  t.is(error.cause, cause);
  t.is(String(error), 'DenseCrfError: busy');
  t.deepEqual(Object.keys(error), ['code']);
});

test('a status of the addon becomes an error with a code', t => {
  const codes = {
    'out-of-memory': 'ERR_OUT_OF_MEMORY',
    'too-large': 'ERR_TOO_LARGE',
    'out-of-range': 'ERR_OUT_OF_RANGE',
    'no-unary': 'ERR_INVALID_STATE',
    'not-started': 'ERR_INVALID_STATE',
    busy: 'ERR_BUSY',
    disposed: 'ERR_DISPOSED',
  } as const;
  for (const [status, code] of Object.entries(codes)) {
    const thrown = Object.assign(new Error(status), {status});
    const call = (): never => {
      throw thrown;
    };
    refuses(t, () => callNative(call), code);
    t.is(t.throws(() => callNative(call)).cause, thrown);
  }
});

test('other errors pass', t => {
  const thrown = new RangeError('other');
  t.is(
    t.throws(() =>
      callNative(() => {
        throw thrown;
      }),
    ),
    thrown,
  );
});
