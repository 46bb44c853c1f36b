// A small made-up scene: two discs on a ground, in colours with noise, and probabilities that see them badly.
import {DenseCRF, unaryFromSoftmax} from '../../../src/index.ts';

export interface Scene {
  readonly shape: readonly [height: number, width: number];
  readonly width: number;
  readonly height: number;
  readonly labels: number;
  /** RGB, channels last. */
  readonly image: Uint8Array;
  /** Channels last. */
  readonly probabilities: Float32Array;
  /** What is really there. */
  readonly truth: Uint8Array;
}

/** Numbers from 0 to 1, the same in each run. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export function makeScene(height = 30, width = 40, labels = 3): Scene {
  const random = randomNumbers(1);
  const points = height * width;
  const truth = new Uint8Array(points);
  const image = new Uint8Array(3 * points);
  const probabilities = new Float32Array(labels * points);
  for (let point = 0; point < points; ++point) {
    const [y, x] = [Math.floor(point / width) / height, (point % width) / width];
    const label = [0, 1, 2].findLast(disc => disc === 0 || (x - disc / 3) ** 2 + (y - 0.5) ** 2 < 0.03) ?? 0;
    truth[point] = label % labels;
    for (let c = 0; c < 3; ++c) image[3 * point + c] = 60 + 120 * Number(c === label) + 20 * random();
    const scores = Array.from({length: labels}, (_, l) => Math.exp(0.8 * Number(l === truth[point]) + 2 * random()));
    const sum = scores.reduce((a, b) => a + b);
    probabilities.set(
      scores.map(score => score / sum),
      labels * point,
    );
  }
  return {shape: [height, width], width, height, labels, image, probabilities, truth};
}

/** A CRF of the scene with a unary and both common terms. */
export function makeCrf({shape, labels, image, probabilities}: Scene = makeScene()): DenseCRF {
  const crf = new DenseCRF({shape, labels});
  crf.setUnaryEnergy(unaryFromSoftmax(probabilities, {labels}));
  crf.addPairwiseGaussian({sxy: 2, compat: 2});
  crf.addPairwiseBilateral({sxy: 15, srgb: 15, image, compat: 4});
  return crf;
}

/** [points, channels] to [channels, points]. */
export function toChannelsFirst<T extends Float32Array | Uint8Array>(values: T, channels: number): T {
  const points = values.length / channels;
  const out = values.slice();
  values.forEach((value: number, i: number) => (out[(i % channels) * points + Math.floor(i / channels)] = value));
  return out as T;
}

/** The share of points whose label is right. */
export function accuracy(labels: ArrayLike<number>, truth: Uint8Array): number {
  return truth.reduce((right, label, i) => right + Number(label === labels[i]), 0) / truth.length;
}

/** The largest difference between two arrays of the same length. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Math.max(0, ...Array.from(a, (value, i) => Math.abs(value - (b[i] ?? NaN))));
}
