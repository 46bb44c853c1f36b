// Who turns energies into labels.
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DenseCRF, type Preset} from '../../src/index.ts';
import type {Picture} from '../../src/io/pictures.ts';
import {peerContender} from '../crf/contender.ts';
import {writeProblem} from '../crf/measure.ts';
import type {Peer} from '../crf/peer.ts';
import {vocLabels} from './dataset.ts';

/** @param energy [height, width, labels] @returns [height, width] */
export type Refiner = (
  picture: Picture,
  energy: Float32Array,
  preset: Preset,
  iterations: number,
) => Promise<Int32Array>;

export const refineWithDensecrf: Refiner = async ({width, height, rgb}, energy, preset, iterations) => {
  const crf = new DenseCRF({shape: [height, width], labels: vocLabels});
  crf.setUnaryEnergy(energy);
  crf.addPairwiseGaussian(preset.gaussian);
  crf.addPairwiseBilateral({...preset.bilateral, image: rgb});
  try {
    return await crf.map(iterations);
  } finally {
    crf.dispose();
  }
};

/** The peer's process, and what ends it. */
export function startPeer(peer: Peer): {refine: Refiner; close: () => Promise<void>} {
  const folder = mkdtempSync(join(tmpdir(), 'densecrf-eval-'));
  const worker = peerContender(peer).start();
  const path = join(folder, 'probabilities');
  const refine: Refiner = async ({width, height, rgb}, energy, {gaussian, bilateral}, iterations) => {
    const workload = {name: '', width, height, labels: vocLabels, terms: [gaussian, bilateral]};
    const problem = writeProblem(folder, workload, {picture: '', image: rgb, energy, nextEnergy: energy}, iterations);
    await worker.ask({do: 'load', ...problem});
    await worker.ask({do: 'run'});
    await worker.ask({do: 'save', path});
    const bytes = readFileSync(path);
    return argmax(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4));
  };
  const close = async (): Promise<void> => {
    await worker.close();
    rmSync(folder, {recursive: true});
  };
  return {refine, close};
}

/** The first label of greatest probability. @param probabilities [labels, points] */
function argmax(probabilities: Float32Array): Int32Array {
  const best = new Int32Array(probabilities.length / vocLabels);
  for (let p = 0; p < best.length; ++p) {
    let top = p;
    for (let i = p; i < probabilities.length; i += best.length) {
      if ((probabilities[i] ?? NaN) > (probabilities[top] ?? NaN)) top = i;
    }
    best[p] = (top - p) / best.length;
  }
  return best;
}
