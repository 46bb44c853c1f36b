// Who is measured, each in processes of its own.
import {fileURLToPath} from 'node:url';
import {type Spread, spread} from '../lib/statistics.ts';
import {WorkerProcess} from '../lib/worker-process.ts';
import type {Peer} from './peer.ts';
import type {Problem} from './workload.ts';

export interface Contender {
  readonly name: string;
  /** 0 for the peer. */
  readonly threads: number;
  readonly start: () => WorkerProcess;
}

/**
 * What is timed. cold: a new object, in a process that has not run yet; warm: in one that has; build: the part of it that
 * does not depend on the iterations; frame: the same object and picture, other energies.
 */
export type Aspect = 'cold' | 'warm' | 'build' | 'frame';

/** Times in ms. */
export interface Figures extends Readonly<Record<Aspect, Spread>> {
  readonly name: string;
  readonly threads: number;
  /** The process with its inputs loaded, and at its peak in the first run. */
  readonly loadedMiB: number;
  readonly peakMiB: number;
}

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export function peerContender({python, version}: Peer): Contender {
  const start = (): WorkerProcess => new WorkerProcess('pydensecrf', python, [file('pydensecrf_worker.py')]);
  return {name: `pydensecrf ${version}`, threads: 0, start};
}

export function ownContender(threads: number, isa?: string): Contender {
  const env = isa === undefined ? process.env : {...process.env, DENSECRF_ISA: isa};
  const args = ['--import=tsx', file('worker.ts')];
  const name = `densecrf, ${threads} thread${threads === 1 ? '' : 's'}${isa === undefined ? '' : `, ${isa}`}`;
  return {name, threads, start: () => new WorkerProcess(name, process.execPath, args, env)};
}

/** Samples as they come in. */
export class Measurement {
  readonly contender: Contender;
  #worker: WorkerProcess | undefined;
  #loadedMiB = NaN;
  #peakMiB = NaN;
  readonly #samples: Record<Aspect, number[]> = {cold: [], warm: [], build: [], frame: []};

  constructor(contender: Contender) {
    this.contender = contender;
  }

  get worker(): WorkerProcess {
    if (this.#worker === undefined) throw new Error(`${this.contender.name} is not running`);
    return this.#worker;
  }

  async start(problem: Problem): Promise<void> {
    this.#worker = this.contender.start();
    const request = {do: 'load', threads: this.contender.threads, ...problem};
    this.#loadedMiB = await this.worker.askNumber(request, 'loadedMiB');
  }

  async cold(): Promise<void> {
    this.#samples.cold.push(await this.worker.askNumber({do: 'run'}, 'ms'));
    this.#peakMiB = await this.worker.askNumber({do: 'memory'}, 'peakMiB');
  }

  async frame(): Promise<void> {
    this.#samples.frame.push(await this.worker.askNumber({do: 'frame'}, 'ms'));
  }

  async warm(): Promise<void> {
    const {ms, buildMs} = await this.worker.ask({do: 'run'});
    if (typeof ms !== 'number') throw new Error(`${this.contender.name} gave no time`);
    this.#samples.warm.push(ms);
    const build = typeof buildMs === 'number' ? buildMs : await this.#build();
    this.#samples.build.push(build);
  }

  async stop(): Promise<void> {
    await this.#worker?.close();
    this.#worker = undefined;
  }

  figures(): Figures {
    const {cold, warm, build, frame} = this.#samples;
    return {
      name: this.contender.name,
      threads: this.contender.threads,
      cold: spread(cold),
      warm: spread(warm),
      build: spread(build),
      frame: spread(frame),
      loadedMiB: this.#loadedMiB,
      peakMiB: this.#peakMiB,
    };
  }

  /** densecrf builds its lattices with the first inference: one of no iterations builds them alone. */
  #build(): Promise<number> {
    return this.worker.askNumber({do: 'run', iterations: 0}, 'ms');
  }
}
