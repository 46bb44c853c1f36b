// The published networks and pictures that lie beside a checkout in ../shared, where they do.
import {readFileSync} from 'node:fs';
import {loadGraphModel as loadPlain} from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import {vocNames, vocPicture} from '../../../bench/voc/dataset.ts';
import {decodeNpy} from '../../../src/io/npy.ts';
import {argMax, resizeBilinear} from '../../../src/ops/index.ts';
import {loadGraphModel} from '../../../src/tfjs/index.ts';

const SIZE = 513;
const LABELS = 21;
const data = new URL('../../../../shared/data/', import.meta.url);

/** Why a test that needs them does not run, or undefined if they are there. */
export const missing: string | undefined =
  vocNames().length > 0 ? undefined : 'not run: ../shared/data is not on this machine';

/** A network; its stored logits, where there are, are of this output stride. */
export interface Network {
  folder: string;
  logits: string;
  stored: 8 | 16 | undefined;
  /** The node that takes what the others take as their input: this network scales a picture in another way. */
  input?: string;
}

const low = 'logits_semantic_BiasAdd_68';

export const networks: Readonly<Record<'os16' | 'os8' | 'dm05' | 's2b', Network>> = {
  os16: {folder: 'deeplabv3_mnv2_voc_os16', logits: low, stored: 16},
  os8: {folder: 'deeplabv3_mnv2_voc_os8', logits: low, stored: 8},
  dm05: {folder: 'deeplabv3_mnv2_dm05_voc_os16', logits: low, stored: undefined},
  s2b: {folder: 'deeplabv3_mnv2_voc_s2b', logits: 'logits/semantic/BiasAdd', stored: 8, input: 'sub_7'},
};

interface Manifest {
  modelTopology: object;
  weightsManifest: {paths: string[]; weights: tf.io.WeightsManifestEntry[]}[];
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && 'modelTopology' in value && 'weightsManifest' in value;
}

function artifactsOf({folder}: Network): tf.io.ModelArtifacts {
  const read = (name: string): Buffer => readFileSync(new URL(`models/${folder}/${name}`, data));
  const manifest: unknown = JSON.parse(read('model.json').toString());
  if (!isManifest(manifest)) throw new Error(`${folder} is no graph model`);
  const {buffer} = new Uint8Array(Buffer.concat(manifest.weightsManifest.flatMap(({paths}) => paths.map(read))));
  const weightSpecs = manifest.weightsManifest.flatMap(({weights}) => weights);
  return {...manifest, weightSpecs, weightData: buffer};
}

/** Logits of a picture, before they are enlarged. */
export type Logits = Float32Array;

/** A network on the backend that is set. */
export class Model {
  readonly #network: Network;
  readonly #model: Awaited<ReturnType<typeof loadPlain>>;

  private constructor(network: Network, model: Awaited<ReturnType<typeof loadPlain>>) {
    this.#network = network;
    this.#model = model;
  }

  /** @param isRewritten loads it with our own loadGraphModel */
  static async load(network: Network, isRewritten = false): Promise<Model> {
    const handler = {load: () => Promise.resolve(artifactsOf(network))};
    return new Model(network, await (isRewritten ? loadGraphModel(handler) : loadPlain(handler)));
  }

  async logits(name: string): Promise<Logits> {
    const x = await inputOf(name);
    const {input} = this.#network;
    const y = tf.tidy(() => this.#model.execute(input === undefined ? x : {[input]: x}, this.#network.logits));
    const values = [y].flat()[0]?.dataSync();
    tf.dispose([x, y]);
    return Float32Array.from(values ?? []);
  }

  dispose(): void {
    this.#model.dispose();
  }
}

async function inputOf(name: string): Promise<tf.Tensor> {
  const {rgb, width, height} = await vocPicture(name);
  const values = new Float32Array(SIZE * SIZE * 3);
  for (let y = 0; y < height; ++y) {
    const row = rgb.subarray(3 * y * width, 3 * (y + 1) * width);
    values.set(
      Float32Array.from(row, value => (value - 128) / 128),
      3 * y * SIZE,
    );
  }
  return tf.tensor4d(values, [1, SIZE, SIZE, 3]);
}

export function storedLogits({stored}: Network, name: string): Logits {
  if (stored === undefined) throw new Error('there are no stored logits of this network');
  return Float32Array.from(decodeNpy(readFileSync(new URL(`voc/logits_os${stored}/${name}.npy`, data)), name).data);
}

export function largestDifference(a: Logits, b: Logits): number {
  if (a.length !== b.length) return Infinity;
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] ?? NaN))), 0);
}

/** The share of the pixels, at the size of the network's input, whose label is the same. */
export function agreement(a: Logits, b: Logits): number {
  const [labels, others] = [labelMap(a), labelMap(b)];
  return labels.filter((label, i) => label === others[i]).length / labels.length;
}

function labelMap(logits: Logits): Int32Array {
  const side = Math.sqrt(logits.length / LABELS);
  const small = {data: logits, shape: [1, side, side, LABELS] as const};
  return argMax(resizeBilinear(small, [SIZE, SIZE], {alignCorners: true}), -1).data;
}
