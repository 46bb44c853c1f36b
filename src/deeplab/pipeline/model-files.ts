import {stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {isObject} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {invalidFile, isThere, messageOf, readInput} from '../../io/files.ts';
import type * as tf from '../../tfjs/core.ts';

/** A model's files in memory. */
export interface ModelFiles {
  readonly format: 'graph-model' | 'layers-model';
  readonly artifacts: tf.io.ModelArtifacts;
}

/**
 * Reads what tfjs's converter and `model.save` write: model.json and the weights that it names.
 *
 * @param path of the folder, or of its model.json
 * @throws {DenseCrfError} `ERR_INVALID_FILE` for a folder that holds no model, JSON that is none, or weights that do not fit
 */
export async function readModelFiles(path: string): Promise<ModelFiles> {
  const file = await modelFile(path);
  const json = parseModel(await readInput(file), file);
  const {modelTopology, weightsManifest: groups, format, ...rest} = json;
  if (!isObject(modelTopology)) throw invalidFile(file, 'be the model.json of a tfjs model', 'no modelTopology in it');
  const weightSpecs = groups.flatMap(group => group.weights);
  const paths = groups.flatMap(group => group.paths);
  const parts = await Promise.all(paths.map(part => readInput(join(dirname(file), part))));
  const weightData = joined(parts);
  checkWeights(weightSpecs, weightData, file);
  const isLayers = format === 'layers-model' || 'model_config' in modelTopology || 'class_name' in modelTopology;
  const known = isLayers ? 'layers-model' : 'graph-model';
  return {format: known, artifacts: {...rest, format: known, modelTopology, weightSpecs, weightData}};
}

async function modelFile(path: string): Promise<string> {
  const found = await stat(path).catch((error: unknown) => {
    throw new DenseCrfError('ERR_INVALID_FILE', `Cannot read ${path}: ${messageOf(error)}`, {cause: error});
  });
  if (!found.isDirectory()) return path;
  const file = join(path, 'model.json');
  if (await isThere(file)) return file;
  throw invalidFile(path, 'be the folder of a tfjs model', 'no model.json in it');
}

function parseModel(bytes: Uint8Array, file: string): tf.io.ModelJSON {
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (isModel(json)) return json;
  } catch (error) {
    throw invalidFile(file, 'be the model.json of a tfjs model', messageOf(error));
  }
  throw invalidFile(file, 'be the model.json of a tfjs model', 'other JSON');
}

function isModel(json: unknown): json is tf.io.ModelJSON {
  if (!isObject(json) || !('modelTopology' in json)) return false;
  return 'weightsManifest' in json && Array.isArray(json.weightsManifest);
}

function joined(parts: readonly Uint8Array[]): ArrayBuffer {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole.buffer;
}

/** tfjs itself would read beyond the end, or leave the rest, without a word that helps. */
function checkWeights(specs: readonly tf.io.WeightsManifestEntry[], data: ArrayBuffer, file: string): void {
  let needed = 0;
  for (const spec of specs) {
    if (spec.dtype === 'string') return;
    const bytes = bytesOf(spec);
    needed += bytes;
    if (needed > data.byteLength) {
      const found = `${data.byteLength} bytes, which end within ${spec.name} [${spec.shape.join(', ')}]`;
      throw invalidFile(`the weights of ${file}`, 'hold all that it names', found);
    }
  }
  if (needed === data.byteLength) return;
  throw invalidFile(`the weights of ${file}`, `hold the ${needed} bytes that it names`, `${data.byteLength}`);
}

const BYTES: Readonly<Record<string, number>> = {
  bool: 1,
  uint8: 1,
  uint16: 2,
  float16: 2,
  int32: 4,
  float32: 4,
  complex64: 8,
};

function bytesOf({shape, dtype, quantization}: tf.io.WeightsManifestEntry): number {
  const entries = shape.reduce((product, size) => product * size, 1);
  return entries * (BYTES[quantization?.dtype ?? dtype] ?? 4);
}
