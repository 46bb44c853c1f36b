import {checkInteger, expectation} from './checks.ts';

/** As many feature dimensions as a lattice can have, and so as many axes as a grid. */
export const MAX_DIMENSIONS = 16;

/** The extents of a grid, slowest axis first: 1 to 16 positive integers. Gives back a copy. */
export function checkShape(name: string, shape: unknown): readonly number[] {
  if (!Array.isArray(shape))
    throw expectation('ERR_INVALID_TYPE', name, 'an array of sizes, slowest axis first', shape);
  if (shape.length < 1 || shape.length > MAX_DIMENSIONS) {
    throw expectation('ERR_INVALID_SHAPE', name, `an array of 1 to ${MAX_DIMENSIONS} sizes`, shape);
  }
  return Object.freeze(Array.from(shape, (size: unknown, axis) => checkInteger(`${name}[${axis}]`, size, 1)));
}

/** `[2, 3, 4]` */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
