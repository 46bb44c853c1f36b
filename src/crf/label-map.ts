import {types} from 'node:util';
import {checkArray, checkLength} from '../core/arrays.ts';
import {shapeText} from '../core/shape.ts';
import type {Grid} from './grid.ts';

/** As many labels as a CRF can have. */
export const MAX_LABELS = 65535;

/** A label for each point. */
export type LabelMap = Int32Array | Uint16Array | Uint8Array | Uint8ClampedArray;

/** An array of labels, whatever integers it holds. */
export function checkLabelMap(name: string, value: unknown): LabelMap {
  return checkArray(name, value, 'Int32Array', 'Uint16Array', 'Uint8Array', 'Uint8ClampedArray');
}

/** A label for each point of a grid, whatever integers they are, as the addon takes them. */
export function checkLabeling(name: string, value: unknown, {shape, points}: Grid): Int32Array {
  const map = checkLength(name, checkLabelMap(name, value), points, `for shape ${shapeText(shape)}`);
  return types.isInt32Array(map) ? map : Int32Array.from(map);
}
