import {tensor} from '@tensorflow/tfjs-core';
import type {LayersModel, LayerVariable} from '@tensorflow/tfjs-layers';
import {checkBoolean, checkCallback} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {checkOptions} from '../../core/options.ts';
import {shapeText} from '../../core/shape.ts';
import {FreezableBatchNormalization} from '../layers/freezable-batch-normalization.ts';
import {leaves} from '../layers/leaves.ts';
import {canonical, weightNames, withoutOperator} from './names.ts';
import type {NamedWeights, Weights} from './named-weights.ts';

export interface LoadWeightsOptions {
  /** The names that a weight of the model may have in the source, the likeliest first. Default `weightNames`. */
  readonly names?: (name: string) => readonly string[];
  /** Whether every weight of the model must be found and fit; otherwise it stays as it is. Default true. */
  readonly strict?: boolean;
}

/** What became of the weights, by name. */
export interface WeightReport {
  /** The model's weights that were found, with their names in the source. */
  readonly matched: readonly {readonly name: string; readonly source: string}[];
  /** The model's weights that the source does not have. */
  readonly missing: readonly string[];
  /** What the source has and the model did not ask for. */
  readonly unused: readonly string[];
  /** Weights that were found with another shape. */
  readonly misfits: readonly {
    readonly name: string;
    readonly source: string;
    readonly expected: readonly number[];
    readonly found: readonly number[];
  }[];
}

interface Match {
  readonly name: string;
  readonly variable: LayerVariable;
  readonly source: string | undefined;
  readonly weights: Weights | undefined;
}

/**
 * Gives a model the weights that have the same names, whatever separates the parts of a name.
 *
 * Where the source has batch normalization folded into a convolution's bias, `beta` takes the bias, and `gamma`,
 * `moving_mean` and `moving_variance` become 1, 0 and 1 - epsilon, which computes the same.
 *
 * @param weights as `readWeights` gives them
 * @throws {DenseCrfError} `ERR_INVALID_SHAPE` if weights have another shape, `ERR_INVALID_FILE` if some are missing (only
 *   with `strict`; the names are listed and nothing is changed), `ERR_UNKNOWN_OPTION`
 *
 * @example
 * const {missing} = loadWeights(model, await readWeights('backbone/'), {strict: false});
 */
export function loadWeights(model: LayersModel, weights: NamedWeights, options: LoadWeightsOptions = {}): WeightReport {
  const {names = weightNames, strict = true} = checkOptions('options', options, ['names', 'strict']);
  checkCallback('options.names', names);
  checkBoolean('options.strict', strict);
  const find = finder(weights, names);
  const matches = leaves(model).flatMap(layer => {
    const found = layer.weights.map(variable => matchOf(variable, find));
    return layer instanceof FreezableBatchNormalization ? unfolded(layer, found, find) : found;
  });
  const report = reportOn(matches, weights);
  if (strict) checkComplete(report);
  for (const {variable, weights: found} of matches) {
    if (found && fits(variable, found)) write(variable, found);
  }
  return report;
}

type Find = (name: string) => {source: string; weights: Weights} | undefined;

/** Looks a name up as it is, then by its letters, then among the names of operators. */
function finder(weights: NamedWeights, names: (name: string) => readonly string[]): Find {
  const indices = [(name: string) => name, canonical, (name: string) => canonical(withoutOperator(name))].map(
    key => new Map([...weights.keys()].reverse().map(name => [key(name), name])),
  );
  const lookUp = (name: string): string | undefined => {
    const [exact, letters, operators] = indices;
    return exact?.get(name) ?? letters?.get(canonical(name)) ?? operators?.get(canonical(name));
  };
  return name => {
    const source = names(name)
      .map(lookUp)
      .find(found => found !== undefined);
    const found = source === undefined ? undefined : weights.get(source);
    return source === undefined || !found ? undefined : {source, weights: found};
  };
}

function matchOf(variable: LayerVariable, find: Find): Match {
  const name = variable.originalName;
  const found = find(name);
  return {name, variable, source: found?.source, weights: found?.weights};
}

/** The weights of a batch normalization that the source has folded into the bias of the convolution before it. */
function unfolded(layer: FreezableBatchNormalization, own: Match[], find: Find): Match[] {
  const [first] = own;
  if (!first || own.some(({weights}) => weights !== undefined)) return own;
  const bias = find(first.name.replace(/\/BatchNorm\/[^/]*$/, '/bias'));
  if (!bias) return own;
  const {source} = bias;
  return own.map(({name, variable}) => {
    const value = {gamma: 1, moving_mean: 0, moving_variance: 1 - layer.epsilon}[name.slice(name.lastIndexOf('/') + 1)];
    if (value === undefined) return {name, variable, source, weights: bias.weights};
    const data = new Float32Array(bias.weights.data.length).fill(value);
    return {name, variable, source, weights: {shape: bias.weights.shape, data}};
  });
}

function reportOn(matches: readonly Match[], weights: NamedWeights): WeightReport {
  const found = matches.flatMap(({name, variable, source, weights: values}) =>
    source === undefined || !values ? [] : [{name, source, variable, values}],
  );
  // An operator's weights have two names.
  const used = new Set(found.map(({source}) => weights.get(source)));
  return {
    matched: found.filter(({variable, values}) => fits(variable, values)).map(({name, source}) => ({name, source})),
    missing: matches.filter(({source}) => source === undefined).map(({name}) => name),
    unused: [...weights].filter(([, values]) => !used.has(values)).map(([name]) => name),
    misfits: found
      .filter(({variable, values}) => !fits(variable, values))
      .map(({name, source, variable, values}) => ({name, source, expected: sizesOf(variable), found: values.shape})),
  };
}

function checkComplete({missing, misfits}: WeightReport): void {
  if (misfits.length > 0) {
    const names = misfits.map(
      ({name, source, expected, found}) => `${name} ${shapeText(expected)} (${source} is ${shapeText(found)})`,
    );
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected weights that fit the model but these do not: ${names.join(', ')}`,
    );
  }
  if (missing.length > 0) {
    throw new DenseCrfError(
      'ERR_INVALID_FILE',
      `Expected all weights of the model but these are missing: ${missing.join(', ')}`,
    );
  }
}

function fits(variable: LayerVariable, {shape}: Weights): boolean {
  const sizes = sizesOf(variable);
  return sizes.length === shape.length && sizes.every((size, axis) => size === shape[axis]);
}

function sizesOf({shape}: LayerVariable): number[] {
  return shape.map(size => size ?? 0);
}

function write(variable: LayerVariable, {shape, data}: Weights): void {
  const values = tensor(data, [...shape], 'float32');
  variable.write(values);
  values.dispose();
}
