// From an encoded picture to an encoded label map: densecrf, and tfjs-node with pydensecrf.
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {type LoadedModel, segment} from '../../src/deeplab/index.ts';
import {presets, unaryFromSoftmax} from '../../src/index.ts';
import {vocPalette} from '../../src/io/colours.ts';
import {encodeLabelPng} from '../../src/io/label-png.ts';
import {decodePicture} from '../../src/io/pictures.ts';
import {peerContender} from '../crf/contender.ts';
import {writeProblem} from '../crf/measure.ts';
import type {Peer} from '../crf/peer.ts';

export const PRESET = 'deeplab-v2-resnet101';
const SIZE = 513;

/** Times in ms. */
export interface Stages {
  readonly network: number;
  readonly crf: number;
  readonly total: number;
}

export interface Run {
  readonly stages: Stages;
  readonly labels: Int32Array;
}

export interface SegmentContender {
  readonly name: string;
  run(model: LoadedModel, file: Buffer): Promise<Run>;
  close(): Promise<void>;
}

export const ours: SegmentContender = {
  name: 'densecrf',
  async run(model, file) {
    const start = performance.now();
    const {rgb: data, width, height} = await decodePicture(file, 'picture');
    const {labels, classes, timings} = await segment(model, {data, width, height}, {crf: PRESET});
    encodeLabelPng({width, height, labels}, vocPalette(classes));
    const stages = {network: timings.network, crf: timings.refinement, total: performance.now() - start};
    return {stages, labels};
  },
  close: () => Promise.resolve(),
};

/** The peers' own time: what it takes to hand arrays from Node.js to Python and back, channels first, is not counted. */
export function peers(peer: Peer): SegmentContender {
  const folder = mkdtempSync(join(tmpdir(), 'densecrf-segment-'));
  const worker = peerContender(peer).start();
  const {gaussian, bilateral, iterations} = presets[PRESET];
  return {
    name: `tfjs-node + pydensecrf ${peer.version}`,
    async run(model, file) {
      const start = performance.now();
      const {rgb, width, height} = await decodePicture(file, 'picture');
      const began = performance.now();
      const probabilities = await runNetwork(model, rgb, width, height);
      const seen = performance.now();
      const classes = probabilities.length / (width * height);
      const energy = unaryFromSoftmax(probabilities, {labels: classes});
      const workload = {name: '', width, height, labels: classes, terms: [gaussian, bilateral]};
      const problem = writeProblem(folder, workload, {picture: '', image: rgb, energy, nextEnergy: energy}, iterations);
      await worker.ask({do: 'load', ...problem});
      const path = join(folder, 'labels');
      const crf = await worker.askNumber({do: 'segment', path}, 'ms');
      const labels = new Int32Array(Uint8Array.from(readFileSync(path)).buffer);
      const wrote = performance.now();
      encodeLabelPng({width, height, labels}, vocPalette(classes));
      const total = seen - start + crf + (performance.now() - wrote);
      return {stages: {network: seen - began, crf, total}, labels};
    },
    async close() {
      await worker.close();
      rmSync(folder, {recursive: true});
    },
  };
}

/** What `segment` does, by functions of tfjs alone. */
async function runNetwork(model: LoadedModel, rgb: Uint8Array, width: number, height: number): Promise<Float32Array> {
  const probabilities = tf.tidy(() => {
    const colours = tf.div(tf.sub(tf.tensor3d(rgb, [height, width, 3], 'float32'), 128), 128);
    const canvas = tf.pad(colours, [
      [0, SIZE - height],
      [0, SIZE - width],
      [0, 0],
    ]);
    const outputs = model.predict(tf.expandDims(canvas));
    const all = outputs instanceof tf.Tensor ? [outputs] : Object.values(outputs);
    const [scores] = all.filter(isScores).sort((a, b) => a.size - b.size);
    if (scores === undefined) throw new Error('the network gave no scores');
    const large = tf.image.resizeBilinear(scores, [SIZE, SIZE], true);
    return tf.softmax(tf.slice(large, [0, 0, 0, 0], [1, height, width, -1]));
  });
  const values = await probabilities.data<'float32'>();
  probabilities.dispose();
  return Float32Array.from(values);
}

function isScores(tensor: tf.Tensor): tensor is tf.Tensor4D {
  return tensor.rank === 4;
}
