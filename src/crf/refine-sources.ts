// What refine can start from: each source gives a number of labels and unary energies, and shapes the result.
import {types} from 'node:util';
import {checkArray, checkLength} from '../core/arrays.ts';
import {checkBetween, checkBoolean} from '../core/checks.ts';
import {checkChannelsFirst, type DataFormat} from '../core/data-format.ts';
import {count} from '../core/describe.ts';
import {DenseCrfError} from '../core/errors.ts';
import {allocateFloats, checkEntries} from '../core/memory.ts';
import {shapeText} from '../core/shape.ts';
import type {Inference} from './dense-crf-options.ts';
import type {Grid} from './grid.ts';
import {checkLabelMap, type LabelMap} from './label-map.ts';
import {checkLayout} from './layout-check.ts';
import type {
  Refined,
  RefinedForeground,
  RefineForeground,
  RefineLabels,
  RefineLogits,
  RefineProbabilities,
  RefineSyncOptions,
} from './refine-options.ts';
import {checkProbabilities, unaryFromLabels, unaryFromLogits, unaryFromSoftmax} from './unary.ts';

/** Where unary energies come from. */
export interface Source {
  readonly labels: number;
  readonly dataFormat: DataFormat;
  energy(): Float32Array;
  result(inference: Inference): Refined | RefinedForeground;
}

/** The grid of the picture. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** The source that the options name. */
export function sourceOf(options: RefineSyncOptions, size: Size): Source {
  if (options.probabilities !== undefined) return fromProbabilities(options, size);
  if (options.logits !== undefined) return fromLogits(options, size);
  if (options.labels !== undefined) return fromLabels(options, size);
  return fromForeground(options, size);
}

function fromProbabilities(options: RefineProbabilities, size: Size): Source {
  const {dataFormat = 'channelsLast', scale, clip} = options;
  const probabilities = checkArray('probabilities', options.probabilities, 'Float32Array');
  const labels = checkChannels('probabilities', probabilities, size);
  checkProbabilities('probabilities', probabilities, ': if these are logits, give them as logits');
  const channelsFirst = checkChannelsFirst('dataFormat', dataFormat);
  checkLayout('probabilities', probabilities, gridOf(size, labels), channelsFirst, p => p);
  const energy = (): Float32Array => unaryFromSoftmax(probabilities, {labels, scale, clip});
  return {labels, dataFormat, energy, result: refined(size)};
}

function fromLogits(options: RefineLogits, size: Size): Source {
  const {dataFormat = 'channelsLast', scale, clip} = options;
  const logits = checkArray('logits', options.logits, 'Float32Array');
  const labels = checkChannels('logits', logits, size);
  const energy = (): Float32Array => unaryFromLogits(logits, {labels, scale, clip, dataFormat});
  return {labels, dataFormat, energy, result: refined(size)};
}

function fromLabels(options: RefineLabels, size: Size): Source {
  const {dataFormat = 'channelsLast', groundTruthProbability, zeroUnsure = false, voidLabel} = options;
  const map = checkLength('labels', checkLabelMap('labels', options.labels), pixels(size), shapeReason(size));
  const first = checkBoolean('zeroUnsure', zeroUnsure) ? 1 : 0;
  const greatest = largest(map, voidLabel);
  const labels = options.labelCount ?? Math.max(2, greatest + 1 - first);
  const unary = {labels, groundTruthProbability, zeroUnsure, voidLabel, dataFormat};
  const shape = refined(size);
  return {
    labels,
    dataFormat,
    energy: () => unaryFromLabels(map, unary),
    result: inference =>
      shape({...inference, labels: first === 0 ? inference.labels : inference.labels.map(l => l + 1)}),
  };
}

function fromForeground(options: RefineForeground, size: Size): Source {
  checkChannelsFirst('dataFormat', options.dataFormat);
  const mask = checkArray('foreground', options.foreground, 'Float32Array', 'Uint8Array', 'Uint8ClampedArray');
  checkLength('foreground', mask, pixels(size), shapeReason(size));
  const full = types.isFloat32Array(mask) ? checkUnit(mask) : checkBytes(mask);
  const {groundTruthProbability: certainty = full === 1 ? 1 : 0.7, clip} = options;
  if (certainty !== 1) checkBetween('groundTruthProbability', certainty, 0.5, 1, 'open');
  const energy = (): Float32Array => {
    const probabilities = allocateFloats(checkEntries('foreground', [pixels(size), 2]));
    for (let i = 0; i < mask.length; ++i) {
      const p = (mask[i] ?? 0) / full;
      probabilities[2 * i] = 1 - p;
      probabilities[2 * i + 1] = p;
    }
    return unaryFromSoftmax(probabilities, {labels: 2, scale: 2 * certainty - 1, clip});
  };
  const result = ({probabilities, labels}: Inference): RefinedForeground => {
    const foreground = full === 1 ? new Float32Array(labels.length) : new Uint8Array(labels.length);
    for (let i = 0; i < labels.length; ++i) {
      const value = full * (probabilities[2 * i + 1] ?? 0);
      foreground[i] = full === 1 ? value : Math.round(value);
    }
    return {foreground, labels, ...size};
  };
  return {labels: 2, dataFormat: 'channelsLast', energy, result};
}

function refined(size: Size): (inference: Inference) => Refined {
  return ({probabilities, labels}) => ({probabilities, labels, ...size});
}

/** What full foreground is in floats. */
function checkUnit(mask: Float32Array): 1 {
  checkProbabilities('foreground', mask, ': a mask from 0 to 255 is a Uint8Array');
  return 1;
}

/** What full foreground is in bytes. */
function checkBytes(mask: Uint8Array | Uint8ClampedArray): 255 {
  if (largest(mask) !== 1) return 255;
  throw new DenseCrfError(
    'ERR_OUT_OF_RANGE',
    'Expected foreground to range from 0 to 255 but received no value above 1: multiply a mask of 0 and 1 by 255',
  );
}

/** How many labels a map has for each pixel: 2 or more. */
function checkChannels(name: string, values: Float32Array, size: Size): number {
  const labels = values.length / pixels(size);
  if (Number.isInteger(labels) && labels >= 2) return labels;
  const hint =
    labels === 1 ? 'give a single channel as foreground' : "bring it to the picture's size with resizeBilinear";
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected ${name} to hold 2 or more times ${count(pixels(size), 'value')} ${shapeReason(size)} but received ${values.length}: ${hint}`,
  );
}

/** The largest of some integers, 0 at the least. */
function largest(values: LabelMap, except?: number): number {
  let most = 0;
  for (const value of values) if (value > most && value !== except) most = value;
  return most;
}

function pixels({width, height}: Size): number {
  return width * height;
}

function shapeReason({width, height}: Size): string {
  return `for shape ${shapeText([height, width])}`;
}

function gridOf({width, height}: Size, labels: number): Grid {
  return {shape: [height, width], points: width * height, labels};
}
