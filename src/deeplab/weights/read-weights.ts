import {readdir, stat} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {invalidFile, messageOf, readInput} from '../../io/files.ts';
import {decodeNpy} from '../../io/npy.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {decodeManifest, parseModelJson} from './manifest.ts';
import {checkAny, type NamedWeights, type Weights} from './named-weights.ts';
import {operatorWeights} from './operator-weights.ts';

/**
 * Reads weights by name:
 *
 * - a TensorFlow.js model, graph or layers, from its `model.json` or the folder that holds one; quantized weights (uint8,
 *   uint16, float16) are widened. A graph's convolutions are named after their operators as well: `NAME/kernel`
 *   (`NAME/depthwise_kernel`) and `NAME/bias`.
 * - a folder of .npy files, also in folders below: `decoder/decoder_conv0/kernel.npy` is `decoder/decoder_conv0/kernel`.
 *
 * @param path a `model.json` or a folder
 * @throws {DenseCrfError} `ERR_INVALID_FILE` if it cannot be read, or holds no weights
 *
 * @example
 * const report = loadWeights(deeplabV3({backbone: 'mobilenetV2'}), await readWeights('models/deeplabv3'));
 */
export async function readWeights(path: string): Promise<NamedWeights> {
  if (!(await isFolder(path))) return readModel(path);
  const files = await readdir(path, {recursive: true});
  if (files.includes('model.json')) return readModel(join(path, 'model.json'));
  const arrays = files.filter(file => file.endsWith('.npy')).sort();
  const entries = await Promise.all(arrays.map(async file => [nameOf(file), await readNpy(join(path, file))] as const));
  return checkAny(path, new Map(entries));
}

async function readModel(path: string): Promise<NamedWeights> {
  const json = parseModelJson(new TextDecoder().decode(await readInput(path)), path);
  const bytes = await Promise.all(
    json.groups.map(async ({paths}) => {
      const shards = await Promise.all(paths.map(shard => readInput(join(dirname(path), checkShard(shard, path)))));
      return Buffer.concat(shards);
    }),
  );
  const weights = new Map(
    json.groups.flatMap(({specs}, i) => decodeManifest(specs, bytes[i] ?? Buffer.alloc(0), path)),
  );
  return checkAny(path, new Map([...weights, ...operatorWeights(json.topology, weights)]));
}

/** A model's files lie beside it: a path that leads elsewhere is not followed. */
function checkShard(shard: string, path: string): string {
  if (shard === basename(shard)) return shard;
  throw invalidFile(path, 'name files beside it', `the path '${shard}'`);
}

async function readNpy(path: string): Promise<Weights> {
  const {shape, data} = decodeNpy(await readInput(path), path);
  return {shape, data: data instanceof Float32Array ? data : Float32Array.from(data)};
}

/** The name of the weights in a file of a folder. */
function nameOf(file: string): string {
  return file.slice(0, -'.npy'.length).split('\\').join('/');
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    throw new DenseCrfError('ERR_INVALID_FILE', `Cannot read ${path}: ${messageOf(error)}`, {cause: error});
  }
}
