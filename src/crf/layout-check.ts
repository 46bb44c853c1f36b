import {layoutText} from '../core/data-format.ts';
import {DenseCrfError} from '../core/errors.ts';
import type {Grid} from './grid.ts';

const SAMPLES = 64;

/**
 * Throws where values make a distribution over the labels of each point in the other layout, but not in the one that was
 * said. Looks at a few points; says nothing where neither layout gives distributions, as energies need not.
 *
 * @param probability what one value stands for
 */
export function checkLayout(
  name: string,
  values: Float32Array,
  grid: Grid,
  channelsFirst: boolean,
  probability: (value: number) => number,
): void {
  if (grid.points === 1 || grid.labels === 1) return;
  if (worstSum(values, grid, channelsFirst, probability) < 0.05) return;
  if (worstSum(values, grid, !channelsFirst, probability) > 0.01) return;
  const said = layoutText(grid.shape, grid.labels, channelsFirst);
  const seen = layoutText(grid.shape, grid.labels, !channelsFirst);
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected ${name} to lie as ${said} but received values that look ${channelsFirst ? 'channels last' : 'channels first'}, ` +
      `${seen}: set dataFormat to '${channelsFirst ? 'channelsLast' : 'channelsFirst'}'`,
  );
}

/** The largest |sum of probabilities - 1| among some points. */
function worstSum(
  values: Float32Array,
  {points, labels}: Grid,
  channelsFirst: boolean,
  probability: (value: number) => number,
): number {
  let worst = 0;
  const step = Math.max(1, Math.floor(points / SAMPLES));
  for (let point = 0; point < points; point += step) {
    let sum = 0;
    for (let label = 0; label < labels; ++label) {
      sum += probability(values[channelsFirst ? label * points + point : point * labels + label] ?? 0);
    }
    worst = Math.max(worst, Math.abs(sum - 1));
  }
  return worst;
}
