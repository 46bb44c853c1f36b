import test from 'ava';
import {fromFloat16, toFloat16} from '../../../src/io/float16.ts';

test('knows the landmarks of half precision', t => {
  const landmarks: [bits: number, value: number][] = [
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0xc000, -2],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
  ];
  for (const [bits, value] of landmarks) {
    t.is(fromFloat16(bits), value);
    t.is(toFloat16(value), bits);
  }
});

test('keeps every number that half precision has', t => {
  for (let bits = 0; bits < 0x10000; ++bits) {
    const isNaN = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
    if (isNaN) t.is(fromFloat16(bits), NaN);
    else if (toFloat16(fromFloat16(bits)) !== bits) t.fail(`${bits} became ${toFloat16(fromFloat16(bits))}`);
  }
  t.is(fromFloat16(toFloat16(NaN)), NaN);
});

test('rounds to the nearest number, ties to the even one', t => {
  t.is(toFloat16(1 + 2 ** -11), 0x3c00);
  t.is(toFloat16(1 + 3 * 2 ** -11), 0x3c02);
  t.is(toFloat16(1 + 2 ** -11 + 2 ** -20), 0x3c01);
  t.is(toFloat16(2 ** -25), 0x0000);
  t.is(toFloat16(3 * 2 ** -25), 0x0002);
  t.is(toFloat16(2047.9999), 0x6800);
  t.is(toFloat16(65519), 0x7bff);
  t.is(toFloat16(65520), 0x7c00);
});
