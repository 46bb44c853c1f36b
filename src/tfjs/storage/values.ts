// What a backend keeps as a tensor's values, as the array that a native kernel needs. tfjs's own kernels put arrays of another
// kind into some tensors (plain arrays of numbers, for one); those are converted.
import type {backend_util} from '../core.ts';

type Values = backend_util.BackendValues | undefined;

/** Values of a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function asFloats(values: Values): Float32Array {
  if (values instanceof Float32Array) return values;
  // A cast of tfjs's cpu backend says another dtype and keeps the array. The constructor is many times as fast as `from`.
  if (values instanceof Int32Array || values instanceof Uint8Array) return new Float32Array(values);
  return Float32Array.from(values ?? [], Number);
}

export function asInts(values: Values): Int32Array {
  return values instanceof Int32Array ? values : Int32Array.from(values ?? [], Number);
}

export function asBytes(values: Values): Uint8Array {
  return values instanceof Uint8Array ? values : Uint8Array.from(values ?? [], Number);
}
