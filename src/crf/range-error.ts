import {DenseCrfError} from '../core/errors.ts';
import type {NativePairwiseTerm} from '../native/addon.ts';
import type {Grid} from './grid.ts';

/** Up to here float32 gives barycentric weights within 1e-3. The classic implementation's 16-bit coordinates end at half of it. */
const LARGEST_COORDINATE = 65536;

/** What to say of a term whose scaled features lie outside the range of exact lattice coordinates: names the worst of them. */
export function rangeError(term: NativePairwiseTerm, grid: Grid, cause: unknown): DenseCrfError {
  const [name, value, feature] = worstFeature(term, grid);
  const remedy =
    name === 'features'
      ? 'divide it by a larger standard deviation, or subtract the mean'
      : `use a larger ${name}${name === 'srgb' ? ', or subtract the mean of the image' : ''}`;
  const kernel = term.kernelParameters.length > 0 ? ', or smaller kernelParameters' : '';
  return new DenseCrfError(
    'ERR_OUT_OF_RANGE',
    `Expected ${name} to keep scaled lattice coordinates within ${LARGEST_COORDINATE}, where they are exact enough, ` +
      `but received ${value}, which gives a scaled feature of ${Number(feature.toPrecision(6))}: ${remedy}${kernel}`,
    {cause},
  );
}

/** The same for kernel parameters alone. */
export function kernelRangeError(cause: unknown): DenseCrfError {
  return new DenseCrfError(
    'ERR_OUT_OF_RANGE',
    `Expected parameters to keep scaled lattice coordinates within ${LARGEST_COORDINATE}, where they are exact enough, ` +
      'but received ones that pass it: use smaller ones',
    {cause},
  );
}

/** The option that the largest scaled feature comes from, that option's value, and the feature. */
function worstFeature(term: NativePairwiseTerm, grid: Grid): [name: string, value: number, feature: number] {
  const positions = Array.from(term.positionSigmas, (sigma, axis): [string, number, number] => [
    'sxy',
    sigma,
    ((grid.shape.at(-1 - axis) ?? 1) - 1) / sigma,
  ]);
  const channels = Array.from(term.channelSigmas, (sigma, channel): [string, number, number] => {
    const largest = largestMagnitude(term, grid.points, channel);
    return term.positionSigmas.length === 0 ? ['features', largest, largest] : ['srgb', sigma, largest / sigma];
  });
  return [...positions, ...channels].reduce((worst, next) => (next[2] > worst[2] ? next : worst));
}

function largestMagnitude(
  {channels, channelSigmas, channelsFirst}: NativePairwiseTerm,
  points: number,
  channel: number,
): number {
  const step = channelsFirst ? 1 : channelSigmas.length;
  const first = channelsFirst ? channel * points : channel;
  let largest = 0;
  for (let point = 0; point < points; ++point) {
    largest = Math.max(largest, Math.abs(channels?.[first + point * step] ?? 0));
  }
  return largest;
}
