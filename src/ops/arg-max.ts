import {allocateInts} from '../core/memory.ts';
import {callNative} from '../core/status.ts';
import {native} from '../native/load.ts';
import {checkAxis} from './axis.ts';
import {channelsOf} from './layer.ts';
import {checkTensorOfRank, type Shape, type Tensor} from './tensor.ts';

/** Whole numbers with their shape. */
export interface IntTensor {
  data: Int32Array;
  shape: Shape;
}

/**
 * The index of the greatest value along the last axis, the first of several.
 *
 * @param x of one axis or more
 * @param axis the last axis: -1, or its number. tfjs takes 0 where nothing is said, so say it
 * @returns the shape of `x` without the axis
 * @throws {DenseCrfError} naming the argument that is wrong
 *
 * @example
 * const labels = argMax({data: logits, shape: [height, width, 21]}, -1);
 */
export function argMax(x: Tensor, axis: number): IntTensor {
  const {data, shape} = checkTensorOfRank('x', x, 1);
  checkAxis('axis', axis, shape.length);
  const length = channelsOf(shape);
  const indices = allocateInts(data.length / length);
  callNative(() => native().argmax(data, length, indices));
  return {data: indices, shape: shape.slice(0, -1)};
}
