// Where a graph model may come from.
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {isObject} from '../../core/checks.ts';
import {describe} from '../../core/describe.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {invalidFile, messageOf, readInput} from '../../io/files.ts';
import {io} from '../core.ts';

/**
 * A graph model: the path or URL of its model.json, a handler of tfjs, artifacts in memory, or the contents of model.json with
 * those of its weight files.
 */
export type GraphModelSource =
  string | URL | io.IOHandler | io.IOHandlerSync | io.ModelArtifacts | readonly [io.ModelJSON, ArrayBuffer];

/**
 * Reads a graph model.
 *
 * @throws {DenseCrfError} `ERR_INVALID_FILE` if it cannot be read, `ERR_INVALID_TYPE` if the source is nothing of that kind
 */
export async function artifactsOf(source: GraphModelSource, options: io.LoadOptions): Promise<io.ModelArtifacts> {
  const name = nameOfSource(source);
  let artifacts;
  try {
    artifacts = await load(source, options);
  } catch (error) {
    if (error instanceof DenseCrfError) throw error;
    throw new DenseCrfError('ERR_INVALID_FILE', `Cannot load ${name}: ${messageOf(error)}`, {cause: error});
  }
  if (artifacts.format === 'layers-model')
    throw invalidFile(name, 'be a graph model', 'a layers model, which tf.loadLayersModel loads');
  if (!isObject(artifacts.modelTopology) || !('node' in artifacts.modelTopology))
    throw invalidFile(name, 'be a graph model', 'no graph in it');
  return inOnePiece(artifacts);
}

/** What messages call a source. */
export function nameOfSource(source: GraphModelSource): string {
  return typeof source === 'string' || source instanceof URL ? String(source) : 'the graph model';
}

async function load(source: GraphModelSource, options: io.LoadOptions): Promise<io.ModelArtifacts> {
  if (typeof source === 'string' || source instanceof URL) return loadUrl(String(source), options);
  if (!isObject(source)) {
    const expected = 'a path, a URL, an IOHandler or model artifacts';
    throw new DenseCrfError('ERR_INVALID_TYPE', `Expected source to be ${expected} but received ${describe(source)}`);
  }
  if (isTuple(source)) {
    const [json, weights] = source;
    return io.getModelArtifactsForJSONSync(json, io.getWeightSpecs(json.weightsManifest), weights);
  }
  if (isArtifacts(source)) return source;
  if (source.load === undefined)
    throw new DenseCrfError(
      'ERR_INVALID_TYPE',
      'Expected source to be a handler with a method load but received one without',
    );
  return source.load();
}

async function loadUrl(url: string, options: io.LoadOptions): Promise<io.ModelArtifacts> {
  const [, scheme] = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url) ?? [];
  if (scheme === undefined || scheme.toLowerCase() === 'file') return loadFile(url, options);
  const address = options.fromTFHub === true ? `${url.replace(/\/?$/, '/')}model.json?tfjs-format=file` : url;
  if (options.requestInit !== undefined) return loadWith(io.browserHTTPRequest(address, options), address);
  const [handler, ...more] = io.getLoadHandlers(address, options);
  if (more.length > 0)
    throw new DenseCrfError('ERR_INVALID_STATE', `Expected one handler for ${address} but found several`);
  return loadWith(handler, address);
}

async function loadWith(handler: io.IOHandler | undefined, url: string): Promise<io.ModelArtifacts> {
  if (handler?.load !== undefined) return handler.load();
  throw new DenseCrfError(
    'ERR_INVALID_FILE',
    `Expected the source to be of a scheme that tfjs can load but received ${url}`,
  );
}

/** model.json and the weight files beside it, with nothing but Node. */
async function loadFile(url: string, options: io.LoadOptions): Promise<io.ModelArtifacts> {
  const given = /^file:\/\/\//i.test(url) ? fileURLToPath(url) : url.replace(/^file:\/\//i, '');
  const path = given.endsWith('.json') ? given : join(given, 'model.json');
  const json: unknown = JSON.parse(Buffer.from(await readInput(path)).toString());
  if (!isModelJson(json)) throw invalidFile(path, 'hold a model', 'none');
  const prefix = options.weightPathPrefix ?? dirname(path);
  return io.getModelArtifactsForJSON(json, async manifest => {
    const paths = manifest.flatMap(group => group.paths).map(name => join(prefix, name));
    const files = await Promise.all(paths.map(readInput));
    return [io.getWeightSpecs(manifest), files.map(bufferOf)];
  });
}

/** The same artifacts with their weights in memory. */
async function inOnePiece(artifacts: io.ModelArtifacts): Promise<io.ModelArtifacts> {
  const {getWeightStream, weightData, ...rest} = artifacts;
  if (weightData !== undefined) {
    const parts: readonly (ArrayBuffer | Uint8Array)[] = Array.isArray(weightData) ? weightData : [weightData];
    return {...rest, weightData: parts.map(bufferOf)};
  }
  if (getWeightStream === undefined) return artifacts;
  const chunks: ArrayBuffer[] = [];
  for (const reader = getWeightStream().getReader(); ;) {
    const {done, value} = await reader.read();
    if (done) return {...rest, weightData: chunks};
    chunks.push(bufferOf(value));
  }
}

/** Memory of its own where bytes are part of a larger buffer, which tfjs would read from its start. */
function bufferOf(bytes: ArrayBuffer | Uint8Array): ArrayBuffer {
  if (bytes instanceof ArrayBuffer) return bytes;
  return new Uint8Array(bytes).buffer;
}

function isTuple(source: object): source is readonly [io.ModelJSON, ArrayBuffer] {
  return Array.isArray(source);
}

function isArtifacts(source: io.IOHandler | io.IOHandlerSync | io.ModelArtifacts): source is io.ModelArtifacts {
  return 'modelTopology' in source;
}

function isModelJson(value: unknown): value is io.ModelJSON {
  return (
    isObject(value) && 'modelTopology' in value && 'weightsManifest' in value && Array.isArray(value.weightsManifest)
  );
}
