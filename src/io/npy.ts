import {DenseCrfError} from '../core/errors.ts';
import {invalidFile} from './files.ts';
import {fromFloat16, toFloat16} from './float16.ts';

export type NpyType = 'float16' | 'float32' | 'float64' | 'uint8' | 'int32';

/**
 * An array from a .npy file: native byte order, C order. float16 is widened to float32, booleans are 0 and 1, integers but uint8
 * become int32.
 */
export interface NpyArray {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Uint8Array | Int32Array;
}

interface Header {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** Where the values begin. */
  readonly offset: number;
}

interface Format {
  readonly type: NpyType;
  readonly bytes: number;
  readonly create: (length: number) => NpyArray['data'];
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
}

const float32 = (length: number): Float32Array => new Float32Array(length);
const uint8 = (length: number): Uint8Array => new Uint8Array(length);
const int32 = (length: number): Int32Array => new Int32Array(length);

/** NumPy's type codes, without the byte order in front. */
const FORMATS: Readonly<Record<string, Format>> = {
  f2: {type: 'float16', bytes: 2, create: float32, read: (v, at, le) => fromFloat16(v.getUint16(at, le))},
  f4: {type: 'float32', bytes: 4, create: float32, read: (v, at, le) => v.getFloat32(at, le)},
  f8: {type: 'float64', bytes: 8, create: n => new Float64Array(n), read: (v, at, le) => v.getFloat64(at, le)},
  u1: {type: 'uint8', bytes: 1, create: uint8, read: (v, at) => v.getUint8(at)},
  b1: {type: 'uint8', bytes: 1, create: uint8, read: (v, at) => v.getUint8(at)},
  i1: {type: 'int32', bytes: 1, create: int32, read: (v, at) => v.getInt8(at)},
  i2: {type: 'int32', bytes: 2, create: int32, read: (v, at, le) => v.getInt16(at, le)},
  u2: {type: 'int32', bytes: 2, create: int32, read: (v, at, le) => v.getUint16(at, le)},
  i4: {type: 'int32', bytes: 4, create: int32, read: (v, at, le) => v.getInt32(at, le)},
  u4: {type: 'int32', bytes: 4, create: int32, read: (v, at, le) => v.getUint32(at, le)},
  i8: {type: 'int32', bytes: 8, create: int32, read: (v, at, le) => Number(v.getBigInt64(at, le))},
  u8: {type: 'int32', bytes: 8, create: int32, read: (v, at, le) => Number(v.getBigUint64(at, le))},
};

const MAGIC = Uint8Array.of(0x93, ...new TextEncoder().encode('NUMPY'));
const ALIGNMENT = 64;

/** Whether bytes begin like a .npy file. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a .npy file (format 1, 2 or 3): float16, float32, float64, bool or integers that an int32 holds (`argmax` gives int64),
 * of either byte order, in C or Fortran order.
 *
 * @param bytes the file
 * @param name what errors call the file
 * @throws {DenseCrfError} `ERR_INVALID_FILE` saying what was found instead
 *
 * @example
 * const {shape, data} = decodeNpy(await readFile('probabilities.npy'), 'probabilities.npy');
 */
export function decodeNpy(bytes: Uint8Array, name: string): NpyArray {
  const header = readHeader(bytes, name);
  const format = FORMATS[header.descr.slice(1)];
  if (!format || !/^[<>|=]/.test(header.descr)) {
    throw invalidFile(name, 'hold float16, float32, float64, bool or integer values', `dtype ${header.descr}`);
  }
  const length = header.shape.reduce((product, extent) => product * extent, 1);
  const present = bytes.length - header.offset;
  if (present !== length * format.bytes) {
    throw invalidFile(
      name,
      `hold ${length * format.bytes} bytes for shape [${header.shape.join(', ')}] of ${header.descr}`,
      `${present} bytes`,
    );
  }
  const values = readValues(bytes, header, format, length, name);
  const data = header.fortranOrder ? toRowMajor(values, header.shape, format.create(length)) : values;
  return {type: format.type, shape: header.shape, data};
}

/**
 * Writes a .npy file, little-endian and in C order, which every NumPy reads.
 *
 * @param data the values, last axis fastest
 * @param shape must multiply to the number of values
 * @param type how each value is stored
 * @throws {DenseCrfError} `ERR_INVALID_SHAPE` if the values do not fill the shape
 */
export function encodeNpy(data: ArrayLike<number>, shape: readonly number[], type: NpyType = 'float32'): Uint8Array {
  const length = shape.reduce((product, extent) => product * extent, 1);
  if (data.length !== length) {
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected data to hold ${length} values for shape [${shape.join(', ')}] but received ${data.length}`,
    );
  }
  const code = {float16: '<f2', float32: '<f4', float64: '<f8', uint8: '|u1', int32: '<i4'}[type];
  const header = writeHeader(`{'descr': '${code}', 'fortran_order': False, 'shape': ${pythonTuple(shape)}, }`);
  const bytes = new Uint8Array(header.length + length * Number(code[2]));
  bytes.set(header);
  writeValues(new DataView(bytes.buffer, header.length), data, type);
  return bytes;
}

function readHeader(bytes: Uint8Array, name: string): Header {
  if (!isNpy(bytes) || bytes.length < 12) {
    throw invalidFile(name, 'be a .npy file', bytes.length === 0 ? 'an empty file' : 'other bytes at its beginning');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const version = view.getUint8(6);
  if (version < 1 || version > 3) throw invalidFile(name, 'be of .npy format 1, 2 or 3', `format ${version}`);
  const start = version === 1 ? 10 : 12;
  const offset = start + (version === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (offset > bytes.length) throw invalidFile(name, `have a header of ${offset} bytes`, `only ${bytes.length} bytes`);
  const text = new TextDecoder().decode(bytes.subarray(start, offset));
  const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(text)?.[1];
  const extents = /'shape':\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || extents === undefined) {
    throw invalidFile(name, 'describe one plain array (no records)', `the header ${text.trim()}`);
  }
  const shape = (extents.match(/\d+/g) ?? []).map(Number);
  return {descr, fortranOrder: order === 'True', shape, offset};
}

function readValues(bytes: Uint8Array, header: Header, format: Format, length: number, name: string): NpyArray['data'] {
  const values = format.create(length);
  const view = new DataView(bytes.buffer, bytes.byteOffset + header.offset, length * format.bytes);
  const littleEndian = !header.descr.startsWith('>');
  for (let i = 0; i < length; ++i) {
    const value = format.read(view, i * format.bytes, littleEndian);
    values[i] = value;
    if (format.type !== 'int32' || values[i] === value) continue;
    throw invalidFile(name, 'hold integers from -2^31 to 2^31 - 1', `${value} at index ${i}`);
  }
  return values;
}

/** Reorders values whose first axis runs fastest. */
function toRowMajor(values: NpyArray['data'], shape: readonly number[], out: NpyArray['data']): NpyArray['data'] {
  const index = shape.map(() => 0);
  for (const value of values) {
    let to = 0;
    for (let axis = 0; axis < shape.length; ++axis) to = to * (shape[axis] ?? 1) + (index[axis] ?? 0);
    out[to] = value;
    for (let axis = 0; axis < shape.length; ++axis) {
      const next = (index[axis] ?? 0) + 1;
      index[axis] = next === shape[axis] ? 0 : next;
      if (next !== shape[axis]) break;
    }
  }
  return out;
}

function writeHeader(text: string): Uint8Array {
  const version = text.length + 11 + ALIGNMENT > 0xffff ? 2 : 1;
  const start = version === 1 ? 10 : 12;
  const total = Math.ceil((start + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = new Uint8Array(total);
  const view = new DataView(header.buffer);
  header.set(MAGIC);
  view.setUint8(6, version);
  if (version === 1) view.setUint16(8, total - start, true);
  else view.setUint32(8, total - start, true);
  header.set(new TextEncoder().encode(text.padEnd(total - start - 1) + '\n'), start);
  return header;
}

function writeValues(view: DataView, data: ArrayLike<number>, type: NpyType): void {
  const write = {
    float16: (i: number, value: number): void => view.setUint16(2 * i, toFloat16(value), true),
    float32: (i: number, value: number): void => view.setFloat32(4 * i, value, true),
    float64: (i: number, value: number): void => view.setFloat64(8 * i, value, true),
    uint8: (i: number, value: number): void => view.setUint8(i, value),
    int32: (i: number, value: number): void => view.setInt32(4 * i, value, true),
  }[type];
  for (let i = 0; i < data.length; ++i) write(i, data[i] ?? 0);
}

function pythonTuple(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape.join()},)` : `(${shape.join(', ')})`;
}
