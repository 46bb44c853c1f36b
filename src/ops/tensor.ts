import {checkArray, checkLength} from '../core/arrays.ts';
import {checkInteger, expectation, isObject} from '../core/checks.ts';
import {checkEntries} from '../core/memory.ts';
import {shapeText} from '../core/shape.ts';

/** Values with their shape, slowest axis first. */
export interface Tensor4D {
  /** As many values as the product of `shape`. */
  data: Float32Array;
  /** `[batch, height, width, channels]`. */
  shape: readonly [number, number, number, number];
}

/** A tensor whose data fills its shape. */
export function checkTensor4D(name: string, value: Tensor4D): Tensor4D {
  if (!isObject(value)) throw expectation('ERR_INVALID_TYPE', name, 'a tensor {data, shape}', value);
  const shape = checkSizes(`${name}.shape`, value.shape, 4);
  const data = checkArray(`${name}.data`, value.data, 'Float32Array');
  checkLength(`${name}.data`, data, checkEntries(`${name}.shape`, shape), `for shape ${shapeText(shape)}`);
  return value;
}

/** As many positive integers as asked. */
export function checkSizes<T extends readonly number[]>(name: string, value: T, length: T['length']): T {
  if (!Array.isArray(value)) throw expectation('ERR_INVALID_TYPE', name, `an array of ${length} sizes`, value);
  if (value.length !== length) throw expectation('ERR_INVALID_SHAPE', name, `an array of ${length} sizes`, value);
  value.forEach((size, axis) => checkInteger(`${name}[${axis}]`, size, 1));
  return value;
}
