// One workload on one picture: contenders take turns on the same arrays.
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type Contender, type Figures, Measurement} from './contender.ts';
import type {Problem, Workload} from './workload.ts';

export interface Inputs {
  readonly picture: string;
  readonly image: Uint8Array;
  /** [height, width, labels] */
  readonly energy: Float32Array;
  readonly nextEnergy: Float32Array;
}

export interface Agreement {
  readonly maxDifference: number;
  /** Share of points with the same greatest probability. */
  readonly sameLabel: number;
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly maximum: number;
}

export interface Result {
  readonly workload: Workload;
  readonly picture: string;
  readonly vertices: readonly number[];
  readonly figures: readonly Figures[];
  /** Of each of ours with the peer; empty without a peer. */
  readonly agreement: readonly Agreement[];
  /** Of the event loop, for each of ours. */
  readonly latency: readonly Latency[];
}

/** How often: processes for each contender, and runs in each after the first. */
export interface Effort {
  readonly processes: number;
  readonly runs: number;
}

export async function measure(
  workload: Workload,
  inputs: Inputs,
  contenders: readonly Contender[],
  iterations: number,
  effort: Effort,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'densecrf-bench-'));
  const all = contenders.map(contender => new Measurement(contender));
  try {
    const problem = writeProblem(folder, workload, inputs, iterations);
    for (let round = 0; round < effort.processes; ++round) await takeTurns(all, problem, effort.runs);
    return {workload, picture: inputs.picture, ...(await inspect(all, problem, folder))};
  } finally {
    for (const each of all) await each.stop();
    rmSync(folder, {recursive: true});
  }
}

async function takeTurns(all: readonly Measurement[], problem: Problem, runs: number): Promise<void> {
  for (const each of all) await each.start(problem);
  for (const each of all) await each.cold();
  for (let run = 0; run < runs; ++run) for (const each of all) await each.warm();
  for (const each of all) await each.worker.ask({do: 'run'});
  for (let run = 0; run < runs; ++run) for (const each of all) await each.frame();
  for (const each of all) await each.stop();
}

/** What is measured once, outside the turns. */
async function inspect(
  all: readonly Measurement[],
  problem: Problem,
  folder: string,
): Promise<Omit<Result, 'workload' | 'picture'>> {
  const peer = all.find(({contender}) => contender.threads === 0);
  const ours = all.filter(each => each !== peer);
  const expected = peer === undefined ? undefined : await probabilities(peer, problem, join(folder, 'peer.f32'));
  const agreement: Agreement[] = [];
  const latency: Latency[] = [];
  let vertices: number[] = [];
  for (const each of ours) {
    const found = await probabilities(each, problem, join(folder, 'ours.f32'));
    if (expected !== undefined) agreement.push(agree(found, expected, problem.labels));
    const answer = await each.worker.ask({do: 'vertices'});
    vertices = Array.isArray(answer.vertices) ? answer.vertices.map(Number) : [];
    const {p50, p99, maximum} = await each.worker.ask({do: 'latency'});
    latency.push({p50: Number(p50), p99: Number(p99), maximum: Number(maximum)});
    await each.stop();
  }
  return {vertices, figures: all.map(each => each.figures()), agreement, latency};
}

/** [labels, points] after one run; the contender is left running. */
async function probabilities(each: Measurement, problem: Problem, path: string): Promise<Float32Array> {
  await each.start(problem);
  await each.worker.ask({do: 'run'});
  await each.worker.ask({do: 'save', path});
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

/** Of two arrays [labels, points]. */
export function agree(a: Float32Array, b: Float32Array, labels: number): Agreement {
  const points = a.length / labels;
  let maxDifference = a.length === b.length ? 0 : NaN;
  let same = 0;
  for (let p = 0; p < points; ++p) {
    let [bestA, bestB] = [p, p];
    for (let i = p; i < a.length; i += points) {
      const difference = Math.abs((a[i] ?? NaN) - (b[i] ?? NaN));
      if (!(difference <= maxDifference)) maxDifference = difference;
      if ((a[i] ?? NaN) > (a[bestA] ?? NaN)) bestA = i;
      if ((b[i] ?? NaN) > (b[bestB] ?? NaN)) bestB = i;
    }
    if (bestA === bestB) ++same;
  }
  return {maxDifference, sameLabel: same / points};
}

export function writeProblem(folder: string, workload: Workload, inputs: Inputs, iterations: number): Problem {
  const {width, height, labels, terms} = workload;
  const write = (name: string, data: Float32Array | Uint8Array): string => {
    writeFileSync(join(folder, name), data);
    return join(folder, name);
  };
  return {
    width,
    height,
    labels,
    terms,
    iterations,
    image: write('image', inputs.image),
    energyFirst: write('energy-first', channelsFirst(inputs.energy, labels)),
    energyLast: write('energy-last', inputs.energy),
    nextEnergyFirst: write('next-first', channelsFirst(inputs.nextEnergy, labels)),
    nextEnergyLast: write('next-last', inputs.nextEnergy),
  };
}

/** [points, labels] as [labels, points]. */
export function channelsFirst(last: Float32Array, labels: number): Float32Array {
  const points = last.length / labels;
  const first = new Float32Array(last.length);
  for (let i = 0; i < last.length; ++i) first[(i % labels) * points + Math.floor(i / labels)] = last[i] ?? NaN;
  return first;
}
