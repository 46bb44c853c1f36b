import {existsSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {type GraphModel, loadGraphModel as loadPlain} from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import {loadGraphModel, type RewriteName} from '../../src/tfjs/index.ts';
import {ResNet} from './resnet.ts';

/** A network that is loaded, on the backend that was set then. */
export interface Loaded {
  run(): tf.Tensor[];
  dispose(): void;
}

export interface Network {
  readonly name: string;
  /** Why it cannot be had; undefined if it can. */
  readonly missing: string | undefined;
  /** Whether rewrites change it. */
  readonly isGraph: boolean;
  load(rewrites: readonly RewriteName[]): Promise<Loaded>;
  /** Its layers one by one, as others run them: biases in their convolutions, those between SpaceToBatch and BatchToSpace dilated. */
  loadLayers(): Promise<Loaded>;
}

const models = fileURLToPath(new URL('../../../shared/data/models/', import.meta.url));

interface Manifest {
  modelTopology: object;
  weightsManifest: {paths: string[]; weights: tf.io.WeightsManifestEntry[]}[];
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && 'modelTopology' in value && 'weightsManifest' in value;
}

async function artifactsIn(folder: string): Promise<tf.io.ModelArtifacts> {
  const manifest: unknown = JSON.parse(await readFile(`${folder}/model.json`, 'utf8'));
  if (!isManifest(manifest)) throw new Error(`${folder}/model.json is no model`);
  const groups = manifest.weightsManifest;
  const files = await Promise.all(groups.flatMap(({paths}) => paths.map(path => readFile(`${folder}/${path}`))));
  const {buffer} = new Uint8Array(Buffer.concat(files));
  return {...manifest, weightSpecs: groups.flatMap(({weights}) => weights), weightData: buffer};
}

/** A picture of noise, as the network takes it. */
function pictureFor(shape: readonly number[] | undefined, dtype: string): tf.Tensor {
  const sizes = (shape ?? []).map(size => (size < 0 ? 513 : size));
  const isWhole = dtype !== 'float32';
  return tf.randomUniform(
    sizes.length === 4 ? sizes : [1, 513, 513, 3],
    isWhole ? 0 : -1,
    isWhole ? 255 : 1,
    isWhole ? 'int32' : 'float32',
    11,
  );
}

function graphModel(name: string, file: string): Network {
  const folder = models + file;
  const handler = {load: () => artifactsIn(folder)};
  return {
    name,
    isGraph: true,
    missing: existsSync(folder) ? undefined : `there is no ${file} in ../shared/data/models`,
    load: async rewrites =>
      loaded(await (rewrites.length > 0 ? loadGraphModel(handler, {rewrites}) : loadPlain(handler))),
    loadLayers: async () => loaded(await loadGraphModel(handler, {rewrites: ['foldBias', 'spaceToBatch']})),
  };
}

function loaded(model: GraphModel): Loaded {
  const [input] = model.inputs;
  const x = pictureFor(input?.shape, input?.dtype ?? 'float32');
  return {
    run: () => [model.execute(x, model.outputNodes)].flat(),
    dispose: () => {
      model.dispose();
      x.dispose();
    },
  };
}

function loadResnet(): Promise<Loaded> {
  const network = new ResNet();
  const x: tf.Tensor4D = tf.randomUniform([1, 513, 513, 3], -1, 1, 'float32', 11);
  const dispose = (): void => {
    network.dispose();
    x.dispose();
  };
  return Promise.resolve({run: () => network.run(x), dispose});
}

const resnet: Network = {
  name: 'v3 ResNet-50, output stride 16, random weights',
  isGraph: false,
  missing: undefined,
  load: loadResnet,
  loadLayers: loadResnet,
};

/** The networks of the bench, all on pictures of 513 x 513. */
export const networks: readonly Network[] = [
  graphModel('v3 MobileNetV2, output stride 16', 'deeplabv3_mnv2_voc_os16'),
  graphModel('v3 MobileNetV2, output stride 8', 'deeplabv3_mnv2_voc_os8'),
  graphModel('v3 MobileNetV2 of half the width, output stride 16', 'deeplabv3_mnv2_dm05_voc_os16'),
  graphModel('v3 MobileNetV2 with SpaceToBatch, as published', 'deeplabv3_mnv2_voc_s2b'),
  resnet,
];
