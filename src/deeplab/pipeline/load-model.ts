import {loadGraphModel} from '@tensorflow/tfjs-converter';
import {loadLayersModel} from '@tensorflow/tfjs-layers';
import {invalidFile, messageOf} from '../../io/files.ts';
import type {SegmentationModel} from './model.ts';
import {readModelFiles} from './model-files.ts';

/** A model with its weights in the current backend's memory. */
export interface LoadedModel extends SegmentationModel {
  /** Frees the weights. */
  dispose(): void;
}

/**
 * Loads a graph model or a layers model from a folder.
 *
 * @param path of the folder, or of its model.json
 * @throws {DenseCrfError} `ERR_INVALID_FILE` for what is no model, or weights that do not fit
 */
export async function loadModel(path: string): Promise<LoadedModel> {
  const {format, artifacts} = await readModelFiles(path);
  const handler = {load: () => Promise.resolve(artifacts)};
  try {
    return await (format === 'graph-model' ? loadGraphModel(handler) : loadLayersModel(handler));
  } catch (error) {
    throw invalidFile(path, `be a ${format.replace('-', ' ')} that tfjs can load`, messageOf(error));
  }
}
