import {checkAllFinite, checkArray} from '../core/arrays.ts';
import {checkBetween, checkBoolean, checkInteger} from '../core/checks.ts';
import {checkChannelsFirst, type DataFormatOptions} from '../core/data-format.ts';
import {count} from '../core/describe.ts';
import {DenseCrfError} from '../core/errors.ts';
import {allocateFloats, checkEntries} from '../core/memory.ts';
import {checkOptions} from '../core/options.ts';
import {callNative} from '../core/status.ts';
import {native} from '../native/load.ts';
import {checkLabelMap, type LabelMap, MAX_LABELS} from './label-map.ts';

/** Options of {@link unaryFromSoftmax}. */
export interface UnaryFromSoftmaxOptions {
  /** Labels that each point chooses from, 1 to 65535. */
  labels: number;
  /** How far the probabilities are believed, above 0 to 1: `scale p + (1 - scale) / labels`. Default 1. */
  scale?: number | undefined;
  /** The least probability, above 1e-30 and below 1. Default 1e-5. */
  clip?: number | undefined;
}

/** Options of {@link unaryFromLogits}. */
export interface UnaryFromLogitsOptions extends UnaryFromSoftmaxOptions, DataFormatOptions {}

/** Options of {@link unaryFromLabels}. */
export interface UnaryFromLabelsOptions extends DataFormatOptions {
  /** Labels that each point chooses from, the unsure one not counted, 1 to 65535. */
  labels: number;
  /** The probability that a given label is right, between 0 and 1. Default 0.7. */
  groundTruthProbability?: number | undefined;
  /** Whether 0 means "unknown", so that label k of the map is label k - 1 of the CRF. Default true, as in pydensecrf. */
  zeroUnsure?: boolean | undefined;
  /** Another value that means "unknown", such as PASCAL VOC's 255. Default: none. */
  voidLabel?: number | undefined;
}

/**
 * Unary energies from probabilities: `-log(clip(scale p + (1 - scale) / labels, clip, 1))`, value by value, so the layout
 * stays as it is. pydensecrf's `unary_from_softmax`.
 *
 * @param probabilities numbers from 0 to 1, with `labels` of them for each point
 * @throws {DenseCrfError} `ERR_OUT_OF_RANGE` for a number outside 0 to 1, as logits have
 *
 * @example
 * crf.setUnaryEnergy(unaryFromSoftmax(probabilities, {labels: 21}));
 */
export function unaryFromSoftmax(probabilities: Float32Array, options: UnaryFromSoftmaxOptions): Float32Array {
  checkOptions('the options of unaryFromSoftmax', options, ['labels', 'scale', 'clip']);
  const {labels, scale, clip} = checkSoftmaxOptions(options);
  checkArray('probabilities', probabilities, 'Float32Array');
  checkMultiple('probabilities', probabilities, labels);
  checkProbabilities('probabilities', probabilities, ': if these are logits, use unaryFromLogits');
  return callNative(() => native().unaryFromSoftmax(probabilities, labels, scale, clip));
}

/**
 * Unary energies from logits, the scores before softmax: {@link unaryFromSoftmax} of their softmax.
 *
 * @param logits any finite numbers, `[...shape, labels]` or with `dataFormat: 'channelsFirst'` `[labels, ...shape]`
 */
export function unaryFromLogits(logits: Float32Array, options: UnaryFromLogitsOptions): Float32Array {
  checkOptions('the options of unaryFromLogits', options, ['labels', 'scale', 'clip', 'dataFormat']);
  const {labels, scale, clip} = checkSoftmaxOptions(options);
  const channelsFirst = checkChannelsFirst('dataFormat', options.dataFormat);
  checkArray('logits', logits, 'Float32Array');
  checkMultiple('logits', logits, labels);
  checkAllFinite('logits', logits);
  if (logits.length === 0) return allocateFloats(0);
  return callNative(() => native().unaryFromSoftmax(softmax(logits, labels, channelsFirst), labels, scale, clip));
}

/**
 * Unary energies from a label for each point: `-log p` for the given label, `-log((1 - p) / (labels - 1))` for each other,
 * `-log(1 / labels)` for all where the label is unknown. pydensecrf's `unary_from_labels`.
 *
 * @param map a label for each point: 0 unknown and 1 to `labels`, or 0 to `labels - 1` with `zeroUnsure: false`
 * @returns `[points, labels]`, or `[labels, points]` with `dataFormat: 'channelsFirst'`
 * @throws {DenseCrfError} `ERR_OUT_OF_RANGE` for a label outside that range
 */
export function unaryFromLabels(map: LabelMap, options: UnaryFromLabelsOptions): Float32Array {
  const keys = ['labels', 'groundTruthProbability', 'zeroUnsure', 'voidLabel', 'dataFormat'] as const;
  checkOptions('the options of unaryFromLabels', options, keys);
  const labels = checkInteger('labels', options.labels, 1, MAX_LABELS);
  const {groundTruthProbability: given = 0.7, zeroUnsure = true, voidLabel} = options;
  const probability = checkBetween('groundTruthProbability', given, 0, 1, 'open');
  const first = checkBoolean('zeroUnsure', zeroUnsure) ? 1 : 0;
  if (voidLabel !== undefined) checkInteger('voidLabel', voidLabel, -(2 ** 31));
  const channelsFirst = checkChannelsFirst('dataFormat', options.dataFormat);
  checkLabelMap('labels', map);

  const points = map.length;
  const energy = allocateFloats(checkEntries('the energies', [points, labels]));
  energy.fill(-Math.log((1 - probability) / (labels - 1)));
  const [pointStep, labelStep] = channelsFirst ? [1, points] : [labels, 1];
  for (let point = 0; point < points; ++point) {
    const value = map[point] ?? 0;
    const label = value - first;
    if (value === voidLabel || (zeroUnsure && value === 0)) {
      for (let l = 0; l < labels; ++l) energy[point * pointStep + l * labelStep] = Math.log(labels);
    } else if (label >= 0 && label < labels) {
      energy[point * pointStep + label * labelStep] = -Math.log(probability);
    } else {
      throw labelError(value, point, first, labels);
    }
  }
  return energy;
}

/** Numbers from 0 to 1, give or take what rounding and interpolation add. */
export function checkProbabilities(name: string, values: Float32Array, hint: string): void {
  const index = native().firstOutside(values, -0.001, 1.001);
  if (index < 0) return;
  const value = values[index] ?? NaN;
  throw new DenseCrfError(
    Number.isFinite(value) ? 'ERR_OUT_OF_RANGE' : 'ERR_NOT_FINITE',
    `Expected ${name} to hold numbers between 0 and 1 but received ${value} at index ${index}${Number.isFinite(value) ? hint : ''}`,
  );
}

function checkSoftmaxOptions(options: UnaryFromSoftmaxOptions): {labels: number; scale: number; clip: number} {
  const labels = checkInteger('labels', options.labels, 1, MAX_LABELS);
  const {scale = 1, clip = 1e-5} = options;
  return {
    labels,
    scale: checkBetween('scale', scale, 0, 1, 'above'),
    clip: checkBetween('clip', clip, 1e-30, 1, 'open'),
  };
}

function checkMultiple(name: string, values: Float32Array, labels: number): void {
  if (values.length % labels === 0) return;
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected ${name} to hold a multiple of ${count(labels, 'value')}, one for each label, but received ${values.length}`,
  );
}

/** Mean field of no iterations is softmax(-U). */
function softmax(logits: Float32Array, labels: number, channelsFirst: boolean): Float32Array {
  const crf = new (native().DenseCrf)([logits.length / labels], labels);
  try {
    const negative = allocateFloats(logits.length);
    for (let i = 0; i < logits.length; ++i) negative[i] = -(logits[i] ?? 0);
    crf.setUnary(negative, channelsFirst);
    const probabilities = allocateFloats(logits.length);
    crf.inferenceSync(0, probabilities, null, channelsFirst);
    return probabilities;
  } finally {
    crf.dispose();
  }
}

function labelError(label: number, point: number, first: number, labels: number): DenseCrfError {
  const range = first === 1 ? `0 (unknown) to ${labels}` : `0 to ${labels - 1}`;
  const hint = label === 255 ? ': if 255 means unknown, set voidLabel to 255' : '';
  return new DenseCrfError(
    'ERR_OUT_OF_RANGE',
    `Expected labels to hold labels from ${range} but received ${label} at point ${point}${hint}`,
  );
}
