import {loadLayersModel} from '@tensorflow/tfjs-layers';
import {invalidFile, messageOf} from '../../io/files.ts';
import {loadGraphModel, type RewriteName} from '../../tfjs/load-graph-model.ts';
import {countUsesOnce} from '../models/finish.ts';
import type {SegmentationModel} from './model.ts';
import {readModelFiles} from './model-files.ts';

/** Options of {@link loadModel}. */
export interface LoadModelOptions {
  /** The node of a graph that will be asked for as `output`, so that no rewriting takes it away. */
  output?: string | undefined;
  /** The rewrites that may be made to a graph. Default: all. `[]` loads it as it is. */
  rewrites?: readonly RewriteName[] | undefined;
}

/** A model with its weights in the current backend's memory. */
export interface LoadedModel extends SegmentationModel {
  /** Frees the weights. */
  dispose(): void;
}

/**
 * Loads a graph model or a layers model from a folder. Graphs are rewritten into faster ones that compute the same, as by
 * `loadGraphModel` of `densecrf/tfjs`.
 *
 * @param path of the folder, or of its model.json
 * @throws {DenseCrfError} `ERR_INVALID_FILE` for what is no model, or weights that do not fit
 */
export async function loadModel(path: string, {output, rewrites}: LoadModelOptions = {}): Promise<LoadedModel> {
  const {format, artifacts} = await readModelFiles(path);
  const isGraph = format === 'graph-model';
  try {
    if (isGraph) return await loadGraphModel(artifacts, {keep: output === undefined ? [] : [output], rewrites});
    return countUsesOnce(await loadLayersModel({load: () => Promise.resolve(artifacts)}));
  } catch (error) {
    throw invalidFile(path, `be a ${isGraph ? 'graph' : 'layers'} model that tfjs can load`, messageOf(error));
  }
}
