// What a backend keeps as a tensor's values, as the array that a native kernel needs. tfjs's own kernels put arrays of another
// kind into some tensors (plain arrays of numbers, for one); those are converted.
import {types} from 'node:util';
import {count} from '../../core/describe.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {shapeText} from '../../core/shape.ts';
import type {backend_util, TensorInfo} from '../core.ts';

type Values = backend_util.BackendValues | undefined;

/** Values of a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/**
 * Values as a native kernel may look at them. tfjs keeps the very array that a tensor was made of, which its owner can send away,
 * resize or share with other threads.
 *
 * @returns the values, copied where they may change while a kernel runs
 * @throws {DenseCrfError} `ERR_DETACHED` if they are not all there any more
 */
export function stableValues(values: backend_util.BackendValues, {shape}: TensorInfo): backend_util.BackendValues {
  const size = sizeOf(shape);
  if (values.length !== size) {
    throw new DenseCrfError(
      'ERR_DETACHED',
      `Expected a tensor of shape ${shapeText(shape)} to have ${count(size, 'value')} but received ${values.length}: ` +
        'the array that it was made of was transferred away or resized',
    );
  }
  return ArrayBuffer.isView(values) && mayChange(values.buffer) ? values.slice() : values;
}

function mayChange(buffer: ArrayBufferLike): boolean {
  return types.isSharedArrayBuffer(buffer) || ('resizable' in buffer && buffer.resizable === true);
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
