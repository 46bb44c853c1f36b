// What a model's outputs say about classes.
import type * as tf from '../../tfjs/core.ts';
import {checkAllFinite} from '../../core/arrays.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {shapeText} from '../../core/shape.ts';
import type {Output} from './model.ts';
import {emptyRaster, type Raster} from './raster.ts';

/** How to read labels, which do not say how certain they are. */
export interface LabelReading {
  /** How many classes there are; needed where a model gives labels alone. */
  readonly classes: number | undefined;
  /** The probability that a label is right. */
  readonly certainty: number;
  /** Why no scores were found behind the labels, where they were looked for. */
  readonly problem?: string | undefined;
}

/** The least probability whose logarithm is taken. */
const LEAST = 1e-30;

/** The output that holds scores, the largest of several; or else the one that holds labels. */
export function chooseOutput(outputs: readonly Output[]): Output {
  const scores = outputs.filter(({tensor}) => isScores(tensor));
  const [largest] = scores.sort((a, b) => b.tensor.size - a.tensor.size);
  const output = largest ?? outputs.find(({tensor}) => isLabels(tensor));
  if (output) return output;
  const found = outputs.map(({name, tensor}) => `${name} ${shapeText(tensor.shape)} of ${tensor.dtype}`);
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    'Expected model to give scores [1, height, width, classes] or labels [1, height, width] of int32 but its outputs ' +
      `are ${found.join(', ') || 'none'}`,
  );
}

/** Whether a tensor holds a score for each class, of one picture. */
export function isScores({shape, dtype}: tf.Tensor): boolean {
  return dtype === 'float32' && shape.length === 4 && shape[0] === 1 && shape[3] > 1;
}

/** Whether a tensor holds a label for each pixel, of one picture. */
function isLabels({shape, dtype}: tf.Tensor): boolean {
  return dtype === 'int32' && shape[0] === 1 && (shape.length === 3 || (shape.length === 4 && shape[3] === 1));
}

/**
 * Logits, whatever form they came in: probabilities as their logarithms, which softmax turns back; labels as the logarithms
 * of their probabilities.
 *
 * @throws {DenseCrfError} `ERR_NOT_FINITE` for NaN and infinity, `ERR_INVALID_SHAPE` for another number of classes than said
 */
export async function readScores({name, tensor}: Output, reading: LabelReading): Promise<Raster> {
  const [, height = 0, width = 0, channels = 1] = tensor.shape;
  const values = await tensor.data<'float32' | 'int32'>();
  if (!(values instanceof Float32Array)) return labelScores(values, {width, height}, name, reading);
  if (reading.classes !== undefined && reading.classes !== channels) {
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected model to give scores of ${reading.classes} classes but its output ${name} holds ${channels}`,
    );
  }
  checkAllFinite(`the output ${name} of model`, values);
  const data = isDistribution(values, channels) ? values.map(p => Math.log(Math.max(p, LEAST))) : values;
  return {data, width, height, channels};
}

function labelScores(
  labels: Int32Array,
  size: {width: number; height: number},
  name: string,
  {classes, certainty, problem}: LabelReading,
): Raster {
  if (classes === undefined) {
    throw new DenseCrfError(
      'ERR_INVALID_TYPE',
      `Expected classes to be said for a model whose output ${name} holds labels alone but received undefined` +
        (problem === undefined ? '' : `; no scores were found behind them: ${problem}`),
    );
  }
  const out = emptyRaster(size, classes);
  out.data.fill(Math.log((1 - certainty) / Math.max(1, classes - 1)));
  labels.forEach((label, i) => {
    if (label < 0 || label >= classes) {
      throw new DenseCrfError(
        'ERR_OUT_OF_RANGE',
        `Expected the output ${name} of model to hold labels from 0 to ${classes - 1} but received ${label} at index ${i}`,
      );
    }
    out.data[i * classes + label] = Math.log(certainty);
  });
  return out;
}

/** Whether every row is a distribution: then the model ends in softmax. */
function isDistribution(values: Float32Array, channels: number): boolean {
  for (let at = 0; at < values.length; at += channels) {
    let sum = 0;
    for (let c = 0; c < channels; ++c) {
      const p = values[at + c] ?? 0;
      if (p < 0 || p > 1) return false;
      sum += p;
    }
    if (Math.abs(sum - 1) > 1e-3) return false;
  }
  return true;
}
