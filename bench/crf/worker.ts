// Runs densecrf on request: one JSON object a line in, one out, as pydensecrf_worker.py does with pydensecrf.
import {readFileSync, writeFileSync} from 'node:fs';
import {createInterface} from 'node:readline';
import {concurrency, DenseCRF, type Inference, simd} from '../../src/index.ts';
import {processMemory} from '../lib/machine.ts';
import type {Problem} from './workload.ts';

type Request =
  | ({do: 'load'; threads: number} & Problem)
  | {do: 'run'; iterations?: number}
  | {do: 'frame' | 'latency' | 'memory' | 'vertices'}
  | {do: 'save'; path: string};

interface Loaded {
  readonly problem: Problem;
  readonly image: Uint8Array;
  readonly energy: Float32Array;
}

let loaded: Loaded | undefined;
let crf: DenseCRF | undefined;
let result: Inference | undefined;

function readFloats(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

function isLoaded(): Loaded {
  if (loaded === undefined) throw new Error('nothing is loaded');
  return loaded;
}

function load(problem: Problem, threads: number): object {
  concurrency(threads);
  loaded = {problem, image: readFileSync(problem.image), energy: readFloats(problem.energyLast)};
  return {loadedMiB: processMemory('VmRSS'), isa: simd().active};
}

function construct({problem, image, energy}: Loaded): DenseCRF {
  const made = new DenseCRF({shape: [problem.height, problem.width], labels: problem.labels});
  made.setUnaryEnergy(energy);
  for (const {sxy, srgb, compat} of problem.terms) {
    if (srgb === undefined) made.addPairwiseGaussian({sxy, compat});
    else made.addPairwiseBilateral({sxy, srgb, image, compat});
  }
  return made;
}

/** A new object: construction, terms, inference. */
function run(iterations: number): object {
  crf?.dispose();
  crf = result = undefined;
  const start = performance.now();
  crf = construct(isLoaded());
  result = crf.inferenceSync(iterations);
  return {ms: performance.now() - start};
}

/** The same object and picture, other energies. */
function frame(): object {
  const {problem} = isLoaded();
  const energy = readFloats(problem.nextEnergyLast);
  if (crf === undefined) throw new Error('a frame follows a run');
  const start = performance.now();
  crf.setUnaryEnergy(energy);
  result = crf.inferenceSync(problem.iterations);
  return {ms: performance.now() - start};
}

/** How far apart the ticks of a 1 ms timer are, in ms, while new objects build and infer asynchronously. */
async function latency(): Promise<object> {
  const intervals: number[] = [];
  for (let i = 0; i < 10; ++i) {
    const made = construct(isLoaded());
    const stop = tick(interval => intervals.push(interval));
    await made.inference(isLoaded().problem.iterations);
    stop();
    made.dispose();
  }
  intervals.sort((a, b) => a - b);
  const at = (share: number): number => intervals[Math.floor(share * (intervals.length - 1))] ?? NaN;
  return {p50: at(0.5), p99: at(0.99), maximum: at(1)};
}

/** Starts a timer of 1 ms. @returns what stops it, having told of the time since the last tick */
function tick(tell: (interval: number) => void): () => void {
  let last = performance.now();
  const tellAndGoOn = (): void => {
    const now = performance.now();
    tell(now - last);
    last = now;
  };
  const timer = setInterval(tellAndGoOn, 1);
  return () => {
    clearInterval(timer);
    tellAndGoOn();
  };
}

function save(path: string): object {
  const {labels} = isLoaded().problem;
  const last = result?.probabilities ?? new Float32Array(0);
  const points = last.length / labels;
  const first = new Float32Array(last.length);
  for (let i = 0; i < last.length; ++i) first[(i % labels) * points + Math.floor(i / labels)] = last[i] ?? NaN;
  writeFileSync(path, first);
  return {};
}

async function answer(request: Request): Promise<object> {
  switch (request.do) {
    case 'load':
      return load(request, request.threads);
    case 'run':
      return run(request.iterations ?? isLoaded().problem.iterations);
    case 'frame':
      return frame();
    case 'latency':
      return latency();
    case 'vertices':
      return {vertices: isLoaded().problem.terms.map((_, i) => crf?.latticeVertices(i))};
    case 'save':
      return save(request.path);
    case 'memory':
      return {peakMiB: processMemory('VmHWM')};
  }
}

function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && 'do' in value;
}

for await (const line of createInterface({input: process.stdin})) {
  const request: unknown = JSON.parse(line);
  if (!isRequest(request)) throw new Error(`not a request: ${line}`);
  console.log(JSON.stringify(await answer(request)));
}
