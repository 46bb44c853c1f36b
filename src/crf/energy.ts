import {checkArray, checkLength} from '../core/arrays.ts';
import {layoutText} from '../core/data-format.ts';
import {DenseCrfError} from '../core/errors.ts';
import {native} from '../native/load.ts';
import type {Grid} from './grid.ts';
import {checkLayout} from './layout-check.ts';

/** Checks unary energies: type, length, finite, and as far as it can be seen their layout. */
export function checkEnergy(name: string, value: unknown, grid: Grid, channelsFirst: boolean): Float32Array {
  const energy = checkArray(name, value, 'Float32Array');
  const layout = layoutText(grid.shape, grid.labels, channelsFirst);
  checkLength(name, energy, grid.points * grid.labels, `for shape ${layout}`);
  const index = native().firstNotFinite(energy);
  if (index >= 0) throw notFinite(name, energy, index, grid, channelsFirst);
  checkLayout(name, energy, grid, channelsFirst, u => Math.exp(-u));
  return energy;
}

function notFinite(
  name: string,
  energy: Float32Array,
  index: number,
  grid: Grid,
  channelsFirst: boolean,
): DenseCrfError {
  const {points, labels} = grid;
  const label = channelsFirst ? Math.floor(index / points) : index % labels;
  const point = channelsFirst ? index % points : Math.floor(index / labels);
  const at = (i: number): number => energy[channelsFirst ? label * points + i : i * labels + label] ?? 0;
  const whole = points > 1 && Array.from({length: points}, (_, i) => at(i)).every(u => u === Infinity);
  const where = whole ? `for label ${label} at every point` : `for label ${label} at point ${point}, index ${index}`;
  const hint =
    energy[index] === Infinity ? ': the energy of probability 0, which unaryFromSoftmax avoids by its clip' : '';
  return new DenseCrfError(
    'ERR_NOT_FINITE',
    `Expected ${name} to hold finite values but received ${energy[index]} ${where}${hint}`,
  );
}
