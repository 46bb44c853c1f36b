// The PASCAL VOC pictures, networks' logits and label maps that lie beside a checkout in ../shared, where they do.
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {unaryFromLogits} from '../../src/index.ts';
import {decodeLabelPng} from '../../src/io/label-png.ts';
import {decodeNpy} from '../../src/io/npy.ts';
import {decodePicture, type Picture} from '../../src/io/pictures.ts';
import {resizeBilinear} from '../../src/ops/index.ts';

export const vocLabels = 21;
/** What the networks' input measures; the picture is in its top left corner. */
const inputSize = 513;

export type OutputStride = 8 | 16;

const folder = new URL('../../../shared/data/voc/', import.meta.url);

/** Names of the pictures, none where the folder is absent. */
export function vocNames(): string[] {
  const images = new URL('images/', folder);
  if (!existsSync(images)) return [];
  return readdirSync(images)
    .map(name => name.replace(/\.png$/, ''))
    .sort();
}

export function vocPicture(name: string): Promise<Picture> {
  return decodePicture(readFileSync(new URL(`images/${name}.png`, folder)), name);
}

/** A label for each pixel, 255 for void. */
export function vocTruth(name: string): Int32Array {
  return decodeLabelPng(readFileSync(new URL(`gt/${name}.png`, folder)), name).labels;
}

/** Energies of a picture, [height, width, labels]: logits made as large as the network's input, cut, softmax, -log. */
export function vocEnergy(name: string, stride: OutputStride, {width, height}: Picture): Float32Array {
  const {shape, data} = decodeNpy(readFileSync(new URL(`logits_os${stride}/${name}.npy`, folder)), name);
  const [rows = 0, columns = 0] = shape.slice(-3);
  const small = {data: Float32Array.from(data), shape: [1, rows, columns, vocLabels] as const};
  const large = resizeBilinear(small, [inputSize, inputSize], {alignCorners: true}).data;
  const logits = new Float32Array(height * width * vocLabels);
  for (let y = 0; y < height; ++y) {
    const row = large.subarray(y * inputSize * vocLabels, (y * inputSize + width) * vocLabels);
    logits.set(row, y * width * vocLabels);
  }
  return unaryFromLogits(logits, {labels: vocLabels});
}

/** Energies of the label 0, "background", and of all others together. */
export function foregroundEnergy(energy: Float32Array, labels: number): Float32Array {
  const out = new Float32Array((2 * energy.length) / labels);
  for (let p = 0; 2 * p < out.length; ++p) {
    const background = Math.exp(-(energy[p * labels] ?? 0));
    out[2 * p] = -Math.log(Math.max(background, 1e-5));
    out[2 * p + 1] = -Math.log(Math.max(1 - background, 1e-5));
  }
  return out;
}

/** The label of least energy at each pixel. */
export function mostLikely(energy: Float32Array): Int32Array {
  return Int32Array.from({length: energy.length / vocLabels}, (_, p) => {
    const row = energy.subarray(p * vocLabels, (p + 1) * vocLabels);
    return row.indexOf(Math.min(...row));
  });
}
