import test from 'ava';
import {decodeNpy, encodeNpy, isNpy} from '../../../src/io/npy.ts';
import type {NpyType} from '../../../src/io/npy.ts';

/** A .npy file as NumPy would write it. */
function npy(header: string, values: Uint8Array, version = 1): Uint8Array {
  const text = Buffer.from(header.padEnd(53) + '\n', 'latin1');
  const size = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) size.writeUInt16LE(text.length);
  else size.writeUInt32LE(text.length);
  return Buffer.concat([Buffer.from('\x93NUMPY', 'latin1'), Buffer.of(version, 0), size, text, values]);
}

const header = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

const floats = (littleEndian: boolean, ...values: number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setFloat32(4 * i, value, littleEndian));
  return new Uint8Array(view.buffer);
};

test('reads what NumPy writes, byte by byte', t => {
  const {type, shape, data} = decodeNpy(npy(header('<f4', '(2, 3)'), floats(true, 1, 2, 3, 4, 5, 6.5)), 'a.npy');
  t.is(type, 'float32');
  t.deepEqual(shape, [2, 3]);
  t.deepEqual(data, Float32Array.of(1, 2, 3, 4, 5, 6.5));
});

test('reads formats 2 and 3', t => {
  for (const version of [2, 3]) {
    t.deepEqual(decodeNpy(npy(header('<f4', '(1,)'), floats(true, 7), version), 'a.npy').data, Float32Array.of(7));
  }
});

test('reads big-endian values', t => {
  t.deepEqual(decodeNpy(npy(header('>f4', '(2,)'), floats(false, 1.5, -2)), 'a.npy').data, Float32Array.of(1.5, -2));
  t.deepEqual(
    decodeNpy(npy(header('>f2', '(2,)'), Uint8Array.of(0x3c, 0, 0xc0, 0)), 'a.npy').data,
    Float32Array.of(1, -2),
  );
  t.deepEqual(decodeNpy(npy(header('>i4', '(1,)'), Uint8Array.of(0, 0, 1, 2)), 'a.npy').data, Int32Array.of(258));
});

test('reads integers of every width, as long as they fit into 32 bits', t => {
  const read = (descr: string, ...bytes: number[]): unknown =>
    decodeNpy(npy(header(descr, '(1,)'), Uint8Array.from(bytes)), 'a.npy').data;
  t.deepEqual(read('|i1', 0xfe), Int32Array.of(-2));
  t.deepEqual(read('<i2', 0xfe, 0xff), Int32Array.of(-2));
  t.deepEqual(read('<u2', 0xfe, 0xff), Int32Array.of(0xfffe));
  t.deepEqual(read('<u4', 1, 0, 0, 0x7f), Int32Array.of(0x7f000001));
  t.deepEqual(read('<i8', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), Int32Array.of(-1));
  t.deepEqual(read('>i8', 0, 0, 0, 0, 0, 0, 0, 21), Int32Array.of(21));
  t.deepEqual(read('<u8', 21, 0, 0, 0, 0, 0, 0, 0), Int32Array.of(21));
  for (const [descr, ...bytes] of [
    ['<u4', 0, 0, 0, 0x80],
    ['<i8', 0, 0, 0, 0, 1, 0, 0, 0],
    ['<u8', 0, 0, 0, 0x80, 0, 0, 0, 0],
  ] as const) {
    const error = t.throws(() => read(descr, ...bytes), {code: 'ERR_INVALID_FILE'});
    t.regex(error.message, /a\.npy.*2\^31.*at index 0/);
  }
});

test('turns Fortran order around', t => {
  const values = floats(true, 0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23);
  const {data} = decodeNpy(npy(header('<f4', '(2, 3, 4)', 'True'), values), 'a.npy');
  t.deepEqual(
    [...data],
    Array.from({length: 24}, (_, i) => i),
  );
});

test('reads scalars, empty arrays, booleans and a view into a larger buffer', t => {
  t.deepEqual([...decodeNpy(npy(header('<f4', '()'), floats(true, 3)), 'a.npy').data], [3]);
  t.deepEqual([...decodeNpy(npy(header('<f4', '(0, 5)'), new Uint8Array(0)), 'a.npy').data], []);
  t.deepEqual(decodeNpy(npy(header('|b1', '(2,)'), Uint8Array.of(1, 0)), 'a.npy').data, Uint8Array.of(1, 0));
  const shifted = Buffer.concat([Buffer.of(0, 0, 0), npy(header('<f4', '(1,)'), floats(true, 9))]).subarray(3);
  t.deepEqual([...decodeNpy(shifted, 'a.npy').data], [9]);
});

test('reads back what it writes', t => {
  const values = [0, 1, 2, 3, 250, 255];
  for (const type of ['float16', 'float32', 'float64', 'uint8', 'int32'] satisfies NpyType[]) {
    const bytes = encodeNpy(values, [1, 2, 3], type);
    t.true(isNpy(bytes));
    const read = decodeNpy(bytes, 'a.npy');
    t.is(read.type, type);
    t.deepEqual(read.shape, [1, 2, 3]);
    t.deepEqual([...read.data], values);
  }
});

test('aligns the values and writes one-dimensional shapes as tuples', t => {
  const text = Buffer.from(encodeNpy([1, 2], [2])).toString('latin1');
  t.is(text.indexOf('\n') % 64, 63);
  t.true(text.includes("'shape': (2,), }"));
});

test('needs format 2 for a header beyond 64 KiB', t => {
  const shape = Array.from({length: 30_000}, () => 1);
  const bytes = encodeNpy([5], shape);
  t.is(bytes[6], 2);
  t.is(decodeNpy(bytes, 'a.npy').shape.length, 30_000);
});

const broken: Record<string, [bytes: Uint8Array, message: string | RegExp]> = {
  'another file': [
    Buffer.from('not an array at all'),
    'Expected a.npy to be a .npy file but found other bytes at its beginning',
  ],
  'an empty file': [new Uint8Array(0), 'Expected a.npy to be a .npy file but found an empty file'],
  'a future format': [npy(header('<f4', '(1,)'), floats(true, 1), 9), /format 1, 2 or 3 but found format 9/],
  'a cut header': [
    npy(header('<f4', '(1,)'), floats(true, 1)).subarray(0, 40),
    /header of \d+ bytes but found only 40 bytes/,
  ],
  'cut values': [
    npy(header('<f4', '(3,)'), floats(true, 1, 2)),
    /hold 12 bytes for shape \[3\] of <f4 but found 8 bytes/,
  ],
  'values left over': [npy(header('<f4', '(1,)'), floats(true, 1, 2)), /hold 4 bytes .* found 8 bytes/],
  'complex numbers': [npy(header('<c8', '(1,)'), floats(true, 1, 2)), /float16, float32.* but found dtype <c8/],
  'Python objects': [npy(header('|O', '(1,)'), floats(true, 1)), /found dtype \|O/],
  'a record': [
    npy("{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (1,)}", floats(true, 1)),
    /one plain array/,
  ],
};
for (const [what, [bytes, message]] of Object.entries(broken)) {
  test(`refuses ${what}`, t => {
    t.throws(() => decodeNpy(bytes, 'a.npy'), {code: 'ERR_INVALID_FILE', message});
  });
}

test('refuses to write values that do not fill the shape', t => {
  t.throws(() => encodeNpy([1, 2, 3], [2, 2]), {
    code: 'ERR_INVALID_SHAPE',
    message: 'Expected data to hold 4 values for shape [2, 2] but received 3',
  });
});
