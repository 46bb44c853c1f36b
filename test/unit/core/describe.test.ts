import test from 'ava';
import {count, describe, oneOf} from '../../../src/core/describe.ts';

test('describe: says what a value is', t => {
  const empty: unknown = Object.create(null);
  const cases: [unknown, string][] = [
    [0, '0'],
    [NaN, 'NaN'],
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    [3n, '3n'],
    ['fast', "'fast'"],
    ['x'.repeat(41), 'a string of 41 characters'],
    [[1, 2], 'an array of 2 values'],
    [new Float64Array(12), 'a Float64Array of 12 values'],
    [new Int8Array(1), 'an Int8Array of 1 value'],
    [new Uint16Array(2), 'a Uint16Array of 2 values'],
    [Buffer.alloc(3), 'a Buffer of 3 values'],
    [new DataView(new ArrayBuffer(1)), 'a DataView'],
    [new ArrayBuffer(1), 'an ArrayBuffer'],
    [{}, 'an object'],
    [empty, 'an object'],
    [new Map(), 'a Map'],
    [() => 1, 'a function'],
    [Symbol('s'), 'a symbol'],
  ];
  for (const [value, text] of cases) t.is(describe(value), text);
});

test('count and oneOf: plain English', t => {
  t.is(count(1, 'value'), '1 value');
  t.is(count(0, 'value'), '0 values');
  t.is(oneOf(['a']), 'a');
  t.is(oneOf(['a', 'b']), 'a or b');
  t.is(oneOf(['a', 'b', 'c']), 'a, b or c');
});
