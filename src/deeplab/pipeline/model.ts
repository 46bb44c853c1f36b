import * as tf from '../../tfjs/core.ts';
import {checkChoice, expectation, isObject} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {messageOf} from '../../io/files.ts';
import type {Size} from './raster.ts';

/** What a model says about one of its inputs or outputs. */
interface Port {
  readonly name: string;
  readonly shape?: readonly (number | null)[] | undefined;
  readonly dtype?: string | undefined;
}

/**
 * A network that takes pictures `[1, height, width, 3]` and gives scores `[1, rows, columns, classes]` or labels
 * `[1, rows, columns]`: a tf.LayersModel, a tf.GraphModel, or anything that has their methods.
 */
export interface SegmentationModel {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  predict(x: tf.Tensor): tf.Tensor | tf.Tensor[] | tf.NamedTensorMap;
  /** Graph models: some outputs by their names. */
  execute?(x: tf.Tensor, outputs: string[]): tf.Tensor | tf.Tensor[];
  /** Graph models with control flow. */
  executeAsync?(x: tf.Tensor, outputs: string[]): Promise<tf.Tensor | tf.Tensor[]>;
}

/** An output of a model, to be disposed. */
export interface Output {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

/** What a model takes. */
export interface ModelInput {
  /** What its shape leaves open is undefined. */
  readonly size: Partial<Size>;
  readonly dtype: 'float32' | 'int32';
}

/** @throws {DenseCrfError} `ERR_INVALID_TYPE` for what is no model, `ERR_INVALID_SHAPE` for a model of no colour pictures */
export function checkModel(name: string, model: SegmentationModel): ModelInput {
  if (!isObject(model) || typeof model.predict !== 'function' || !isObject(model.inputs)) {
    throw expectation('ERR_INVALID_TYPE', name, 'a tf.LayersModel or a tf.GraphModel', model);
  }
  const [input, another] = model.inputs;
  const [batch, height, width, channels] = input?.shape ?? [];
  const isPicture = input !== undefined && another === undefined && (input.shape?.length ?? 4) === 4;
  if (!isPicture || !fits(batch, 1) || !fits(channels, 3)) throw wrongInputs(name, model.inputs);
  return {
    size: {...known('height', height), ...known('width', width)},
    dtype: input.dtype === 'int32' ? 'int32' : 'float32',
  };
}

/**
 * Runs a model on one picture.
 *
 * @param output the one to compute; undefined: all
 * @throws {DenseCrfError} `ERR_OUT_OF_RANGE` for an output that the model does not have
 */
export async function runModel(model: SegmentationModel, x: tf.Tensor, output: string | undefined): Promise<Output[]> {
  const names = model.outputs.map(({name}) => name);
  // Of a graph, any node can be asked for.
  if (output !== undefined && !model.execute) checkChoice('output', output, names);
  const wanted = output === undefined || !model.execute ? names : [output];
  const tensors = model.execute ? await executeGraph(model, x, wanted) : tf.tidy(() => listOf(model.predict(x)));
  return tensors.map((tensor, i) => ({name: wanted[i] ?? `output ${i}`, tensor}));
}

async function executeGraph(model: SegmentationModel, x: tf.Tensor, names: string[]): Promise<tf.Tensor[]> {
  try {
    return tf.tidy(() => listOf(model.execute?.(x, names) ?? []));
  } catch (error) {
    const message = messageOf(error);
    if (message.includes('executeAsync') && model.executeAsync) return listOf(await model.executeAsync(x, names));
    if (!message.includes('not found in the graph')) throw error;
    throw expectation('ERR_OUT_OF_RANGE', 'output', 'the name of a node of the graph', names.join(', '));
  }
}

function listOf(result: tf.Tensor | tf.Tensor[] | tf.NamedTensorMap): tf.Tensor[] {
  if (result instanceof tf.Tensor) return [result];
  return Array.isArray(result) ? result : Object.values(result);
}

function fits(size: number | null | undefined, wanted: number): boolean {
  return size === undefined || size === null || size < 0 || size === wanted;
}

function known(name: keyof Size, size: number | null | undefined): Partial<Size> {
  return typeof size === 'number' && size > 0 ? {[name]: size} : {};
}

function wrongInputs(name: string, inputs: readonly Port[]): DenseCrfError {
  const found = inputs.map(({name, shape}) => `${name} ${shape ? `[${shape.map(n => n ?? '?').join(', ')}]` : ''}`);
  return new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected ${name} to take one picture [1, height, width, 3] but it takes ${found.join(', ') || 'nothing'}`,
  );
}
