// Checks on typed arrays: the right kind, memory that stays as it is, the right length, finite values.
import {types} from 'node:util';
import {native} from '../native/load.ts';
import {expectation} from './checks.ts';
import {count, oneOf} from './describe.ts';
import {DenseCrfError} from './errors.ts';

/** The kinds of typed arrays that the doors accept, by name. */
export interface TypedArrays {
  Float32Array: Float32Array;
  Int32Array: Int32Array;
  Uint16Array: Uint16Array;
  Uint8Array: Uint8Array;
  Uint8ClampedArray: Uint8ClampedArray;
}

const kinds: {[Kind in keyof TypedArrays]: (value: unknown) => value is TypedArrays[Kind]} = {
  Float32Array: types.isFloat32Array,
  Int32Array: types.isInt32Array,
  Uint16Array: types.isUint16Array,
  Uint8Array: types.isUint8Array,
  Uint8ClampedArray: types.isUint8ClampedArray,
};

/** A typed array of one of the kinds given, on plain memory. Arrays of other realms and subclasses (Buffer) are welcome. */
export function checkArray<Kind extends keyof TypedArrays>(
  name: string,
  value: unknown,
  ...allowed: readonly Kind[]
): TypedArrays[Kind] {
  for (const kind of allowed) {
    const isKind: (value: unknown) => value is TypedArrays[Kind] = kinds[kind];
    if (isKind(value)) return checkMemory(name, value);
  }
  throw expectation('ERR_INVALID_TYPE', name, `a ${oneOf(allowed)}`, value);
}

/** A Float32Array of `length` finite values; `reason` says why that many, as in "for shape [2, 2]". */
export function checkFloats(name: string, value: unknown, length: number, reason: string): Float32Array {
  return checkAllFinite(name, checkLength(name, checkArray(name, value, 'Float32Array'), length, reason));
}

/** An array that holds exactly `length` values. */
export function checkLength<T extends {readonly length: number}>(
  name: string,
  values: T,
  length: number,
  reason: string,
): T {
  if (values.length === length) return values;
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected ${name} to hold ${count(length, 'value')} ${reason} but received ${values.length}`,
  );
}

/** Values none of which is NaN or infinite. */
export function checkAllFinite(name: string, values: Float32Array, hint = ''): Float32Array {
  const index = native().firstNotFinite(values);
  if (index < 0) return values;
  throw new DenseCrfError(
    'ERR_NOT_FINITE',
    `Expected ${name} to hold finite values but received ${values[index]} at index ${index}${hint}`,
  );
}

function checkMemory<T extends ArrayBufferView>(name: string, array: T): T {
  const {buffer} = array;
  if (types.isSharedArrayBuffer(buffer)) {
    throw new DenseCrfError(
      'ERR_INVALID_TYPE',
      `Expected ${name} to be on an ArrayBuffer but received one on a SharedArrayBuffer, which others may write to: copy it with slice()`,
    );
  }
  if ('resizable' in buffer && buffer.resizable === true) {
    throw new DenseCrfError(
      'ERR_INVALID_TYPE',
      `Expected ${name} to be on an ArrayBuffer of fixed length but received one on a resizable ArrayBuffer: copy it with slice()`,
    );
  }
  if (isDetached(buffer)) {
    throw new DenseCrfError(
      'ERR_DETACHED',
      `Expected ${name} to have its memory but received an array whose ArrayBuffer was transferred away`,
    );
  }
  return array;
}

/** `ArrayBuffer.prototype.detached` is younger than the oldest Node.js that we support; a view cannot be made on such a buffer. */
function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
