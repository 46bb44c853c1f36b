// The order of axes. Everything computes channels last; the other order is copied there and back.
import {checkChoice} from '../core/checks.ts';
import {allocateFloats} from '../core/memory.ts';
import type {Shape4D, Tensor4D} from './tensor.ts';

/** An option of operators on pictures. */
export interface ImageFormatOptions {
  /**
   * Layout of the pictures taken and given: `'NHWC'`, `[batch, height, width, channels]`, or `'NCHW'`, whose values are copied
   * into the other order and back. Default `'NHWC'`.
   */
  dataFormat?: 'NHWC' | 'NCHW' | undefined;
}

/** Whether the channels come first. */
export function isChannelsFirst({dataFormat = 'NHWC'}: ImageFormatOptions): boolean {
  return checkChoice('dataFormat', dataFormat, ['NHWC', 'NCHW']) === 'NCHW';
}

/** A shape of either order, channels last. */
export function lastOf([batch, a, b, c]: Shape4D, channelsFirst: boolean): Shape4D {
  return channelsFirst ? [batch, b, c, a] : [batch, a, b, c];
}

/** A shape with its channels last, in either order. */
export function shapeIn([batch, height, width, channels]: Shape4D, channelsFirst: boolean): Shape4D {
  return channelsFirst ? [batch, channels, height, width] : [batch, height, width, channels];
}

/** A tensor of either order, channels last. */
export function toLast({data, shape}: Tensor4D, channelsFirst: boolean): Tensor4D {
  if (!channelsFirst) return {data, shape};
  const [batch, channels, height, width] = shape;
  return {data: transpose(data, batch, channels, height * width), shape: [batch, height, width, channels]};
}

/** A tensor with its channels last, in either order. */
export function fromLast({data, shape}: Tensor4D, channelsFirst: boolean): Tensor4D {
  if (!channelsFirst) return {data, shape};
  const [batch, height, width, channels] = shape;
  return {data: transpose(data, batch, height * width, channels), shape: [batch, channels, height, width]};
}

// [batch, rows, columns] as [batch, columns, rows]
function transpose(from: Float32Array, batch: number, rows: number, columns: number): Float32Array {
  const to = allocateFloats(from.length);
  for (let image = 0; image < batch; ++image) {
    const start = image * rows * columns;
    for (let row = 0; row < rows; ++row) {
      for (let column = 0; column < columns; ++column) {
        to[start + column * rows + row] = from[start + row * columns + column] ?? 0;
      }
    }
  }
  return to;
}
