import type * as Converter from '@tensorflow/tfjs-converter';
import type {GraphModel} from '@tensorflow/tfjs-converter';
import {checkChoice} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';
import {checkOptions} from '../core/options.ts';
import {messageOf} from '../io/files.ts';
import {type io, ready} from './core.ts';
import {rewriteArtifacts, type RewriteName, rewriteNames, type RewriteReport} from './graph/rewrite.ts';
import {executeAddConv2d} from './graph/add-conv-op.ts';
import {executeSeparable} from './graph/separable-op.ts';
import {artifactsOf, type GraphModelSource, nameOfSource} from './graph/source.ts';
import {AddConv2D} from './kernels/add-conv2d.ts';
import {SeparableConv2D} from './kernels/separable-conv2d.ts';

export type {RewriteName, RewriteReport} from './graph/rewrite.ts';
export type {GraphModelSource} from './graph/source.ts';

/** Options of {@link loadGraphModel}: those of `tf.loadGraphModel`, and what may be rewritten. */
export interface LoadGraphModelOptions extends io.LoadOptions {
  /** The rewrites that may be made. Default: all. `[]` loads the graph as it is. */
  rewrites?: readonly RewriteName[] | undefined;
  /** Inner nodes that will be asked for by name, beside the model's outputs. Default: none. */
  keep?: readonly string[] | undefined;
}

/** A `tf.GraphModel`, and what was done to its graph. */
export interface RewrittenGraphModel extends GraphModel {
  readonly report: RewriteReport;
}

const keys = [
  ...(['requestInit', 'onProgress', 'fetchFunc', 'strict', 'weightPathPrefix', 'fromTFHub'] as const),
  ...(['weightUrlConverter', 'streamWeights', 'rewrites', 'keep'] as const),
];

/**
 * `tf.loadGraphModel` for models that should be fast: rewrites the graph before it is loaded, into one that computes the same
 * with fewer and faster nodes. What cannot be proven equal stays as it is.
 *
 * @param source a path or URL of model.json, a handler, or artifacts in memory
 * @throws {DenseCrfError} (as a rejection) `ERR_INVALID_FILE` if model or weights cannot be read or do not fit each other,
 *   `ERR_MISSING_DEPENDENCY` without the package `@tensorflow/tfjs-converter`
 *
 * @example
 * const model = await loadGraphModel('file://model/model.json');
 * console.log(model.report.rewrites); // {spaceToBatch: 10, foldBias: 55, ...}
 * const labels = model.predict(picture);
 */
export async function loadGraphModel(
  source: GraphModelSource,
  options: LoadGraphModelOptions = {},
): Promise<RewrittenGraphModel> {
  checkOptions('the options of loadGraphModel', options, keys);
  const {rewrites = rewriteNames, keep = [], ...loadOptions} = options;
  for (const name of rewrites) checkChoice('rewrites', name, rewriteNames);
  const converter = await importConverter();
  const given = await artifactsOf(source, loadOptions);
  await ready();
  const {artifacts, report} = rewriteArtifacts(given, {rewrites, keep});
  converter.registerOp(SeparableConv2D, executeSeparable);
  converter.registerOp(AddConv2D, executeAddConv2d);
  try {
    const model = await converter.loadGraphModel({load: () => Promise.resolve(artifacts)});
    return Object.assign(model, {report});
  } catch (error) {
    const message = `Cannot load ${nameOfSource(source)}: ${messageOf(error)}`;
    throw new DenseCrfError('ERR_INVALID_FILE', message, {cause: error});
  }
}

async function importConverter(): Promise<typeof Converter> {
  try {
    return await import('@tensorflow/tfjs-converter');
  } catch (error) {
    const message =
      'Expected the package @tensorflow/tfjs-converter to be installed: npm install @tensorflow/tfjs-converter';
    throw new DenseCrfError('ERR_MISSING_DEPENDENCY', message, {cause: error});
  }
}
