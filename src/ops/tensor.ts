import {checkArray, checkLength} from '../core/arrays.ts';
import {checkInteger, expectation, isObject} from '../core/checks.ts';
import {checkEntries} from '../core/memory.ts';
import {shapeText} from '../core/shape.ts';

/** Sizes of a tensor's axes, slowest first. */
export type Shape = readonly number[];
export type Shape2D = readonly [number, number];
export type Shape4D = readonly [number, number, number, number];

/** Values with their shape. */
export interface Tensor<S extends Shape = Shape> {
  /** As many values as the product of `shape`. */
  data: Float32Array;
  shape: S;
}

/** A matrix, `[rows, columns]`. */
export type Tensor2D = Tensor<Shape2D>;

/** A batch of images, `[batch, height, width, channels]`, or a filter, `[height, width, inChannels, outChannels]`. */
export type Tensor4D = Tensor<Shape4D>;

/** A tensor of so many axes whose data fills its shape. */
export function checkTensor<S extends Shape>(name: string, value: Tensor<S>, rank: S['length']): Tensor<S> {
  if (!isObject(value)) throw expectation('ERR_INVALID_TYPE', name, 'a tensor {data, shape}', value);
  return checkData(name, value, checkSizes(`${name}.shape`, value.shape, rank));
}

/** A tensor of at least so many axes whose data fills its shape. */
export function checkTensorOfRank(name: string, value: Tensor, min: number): Tensor {
  if (!isObject(value)) throw expectation('ERR_INVALID_TYPE', name, 'a tensor {data, shape}', value);
  const {shape} = value;
  if (Array.isArray(shape) && shape.length < min) {
    throw expectation('ERR_INVALID_SHAPE', `${name}.shape`, `an array of ${min} or more sizes`, shape);
  }
  return checkData(name, value, checkSizes(`${name}.shape`, shape, Array.isArray(shape) ? shape.length : min));
}

/** As many positive integers as asked, whose product a buffer can hold. */
export function checkTensorShape<S extends Shape>(name: string, shape: S, rank: S['length']): S {
  checkEntries(name, checkSizes(name, shape, rank));
  return shape;
}

/** As many positive integers as asked. */
export function checkSizes<T extends Shape>(name: string, value: T, length: T['length']): T {
  if (!Array.isArray(value)) throw expectation('ERR_INVALID_TYPE', name, `an array of ${length} sizes`, value);
  if (value.length !== length) throw expectation('ERR_INVALID_SHAPE', name, `an array of ${length} sizes`, value);
  // Not forEach, which passes over holes.
  for (let axis = 0; axis < length; ++axis) checkInteger(`${name}[${axis}]`, value[axis], 1);
  return value;
}

/** `x of shape [1, 2, 3, 4]`, for messages. */
export function tensorText(name: string, shape: Shape): string {
  return `${name} of shape ${shapeText(shape)}`;
}

function checkData<S extends Shape>(name: string, value: Tensor<S>, shape: Shape): Tensor<S> {
  const data = checkArray(`${name}.data`, value.data, 'Float32Array');
  checkLength(`${name}.data`, data, checkEntries(`${name}.shape`, shape), `for shape ${shapeText(shape)}`);
  return value;
}
