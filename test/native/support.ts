import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {isAbsolute} from 'node:path';
import {text} from 'node:stream/consumers';
import {fileURLToPath} from 'node:url';
import {Worker} from 'node:worker_threads';
import type {
  NativeDenseCrf,
  NativeForwardLayer,
  NativePairwiseTerm,
  NativePlan,
  NativeStatus,
} from '../../src/native/addon.ts';
import {native} from '../../src/native/load.ts';

/** More iterations than any test waits for: such a job ends because something ends it. */
export const ENDLESS = 2 ** 31 - 1;

export const HEIGHT = 24;
export const WIDTH = 32;
export const LABELS = 3;
export const POINTS = HEIGHT * WIDTH;

/** Numbers in [0, 1) that are the same in every run. */
export function noise(length: number, seed = 1): Float32Array {
  return Float32Array.from({length}, (_, i) => {
    const wave = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return wave - Math.floor(wave);
  });
}

export function gaussian(sigma: number): NativePairwiseTerm {
  return {
    positionSigmas: Float32Array.of(sigma, sigma),
    channels: null,
    channelSigmas: new Float32Array(),
    channelsFirst: false,
    normalization: 'symmetric',
    kernel: 'const',
    kernelParameters: new Float32Array(),
    compatibility: {type: 'potts', values: Float32Array.of(3)},
  };
}

/** A small problem, ready for inference. */
export function problem(seed = 1): NativeDenseCrf {
  const crf = new (native().DenseCrf)([HEIGHT, WIDTH], LABELS);
  crf.setUnary(noise(POINTS * LABELS, seed), false);
  crf.addPairwise(gaussian(3));
  return crf;
}

/** What `iterations` of synchronous inference give. */
export function probabilitiesOf(crf: NativeDenseCrf, iterations: number): Float32Array {
  const probabilities = new Float32Array(POINTS * LABELS);
  crf.inferenceSync(iterations, probabilities, null, false);
  return probabilities;
}

/** Index of the first value that differs, -1 if none does; a failed `deepEqual` would print them all. */
export function firstDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < Math.max(a.length, b.length); ++i) if (!Object.is(a[i], b[i])) return i;
  return -1;
}

/** Takes the memory of an array away. */
export function detach(array: Float32Array): void {
  if (array.buffer instanceof ArrayBuffer) structuredClone(array.buffer, {transfer: [array.buffer]});
}

export interface LayerProblem {
  layer: NativeForwardLayer;
  input: Float32Array;
  output: Float32Array;
  channels: number;
}

/** A 3x3 convolution of a square picture, as many channels out as in. */
export function layerProblem(size = 9, channels = 8): LayerProblem {
  const shape = {
    ...{batch: 1, height: size, width: size, channels, outHeight: size, outWidth: size, outChannels: channels},
    ...{kernelHeight: 3, kernelWidth: 3, strideY: 1, strideX: 1, dilationY: 1, dilationX: 1, padTop: 1, padLeft: 1},
  };
  const epilogue = {bias: noise(channels, 3), activation: 'relu', slope: 0, slopes: null} as const;
  const filter = repeated(9 * channels * channels);
  const layer = {op: 'conv2d', shape, filter, epilogue, exact: true, maxBytes: 0} as const;
  const length = size * size * channels;
  return {layer, input: repeated(length), output: new Float32Array(length), channels};
}

/** Noise that is soon made. */
function repeated(length: number): Float32Array {
  const some = noise(1009);
  const values = new Float32Array(length);
  for (let i = 0; i < length; i += some.length) values.set(some.subarray(0, length - i), i);
  return values;
}

export interface PlanProblem extends LayerProblem {
  plan: NativePlan;
}

/** The same, planned. */
export function planProblem(size?: number, channels?: number): PlanProblem {
  const problem = layerProblem(size, channels);
  return {...problem, plan: new (native().Plan)(problem.layer)};
}

/** Calls a method with what its type does not allow. */
export function callUnchecked(object: object, method: string, ...args: unknown[]): unknown {
  const found: unknown = Reflect.get(object, method);
  if (typeof found !== 'function') throw new TypeError(`there is no ${method}`);
  return Reflect.apply(found, object, args);
}

/** For ava's `throws`: an error of the addon with this status. */
export function withStatus(status: NativeStatus): {message: string} {
  return {message: `densecrf: ${status}`};
}

export interface Ending {
  /** Null if a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  output: string;
  errors: string;
}

export interface ProgramOptions {
  args?: string[];
  nodeArguments?: string[];
  env?: NodeJS.ProcessEnv;
}

/** Runs one of programs/, or the file at a path, to its end in a process of its own. */
export async function run(program: string, options: ProgramOptions = {}): Promise<Ending> {
  const {args = [], nodeArguments = [], env = {}} = options;
  const path = isAbsolute(program) ? program : fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));
  const child = spawn(process.execPath, ['--import=tsx', ...nodeArguments, path, ...args], {
    env: {...process.env, ...env},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return {code: child.exitCode, signal: child.signalCode, output, errors};
}

/** Runs one of programs/ in a worker thread. */
export function startWorker(program: string, way?: string): Worker {
  return new Worker(new URL('programs/in-worker.js', import.meta.url), {argv: [program], workerData: way});
}
