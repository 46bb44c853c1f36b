import type {Problem} from './problem.ts';

/** A library in this process. */
export interface Contender {
  readonly name: string;
  /** @returns undefined if it cannot do that */
  prepare(problem: Problem): Prepared | undefined | Promise<Prepared | undefined>;
}

/** A problem prepared, weights packed where the library packs them. */
export interface Prepared {
  readonly note?: string;
  run(): void | Promise<void>;
  /** The last run's result, channels last. */
  read(): Float32Array;
  dispose(): void | Promise<void>;
}

const PAUSE = 60;
const TURN = 30;
/** ms for one contender, if that makes two runs. */
const ENOUGH = 2000;
/** ms; so long a run needs no other before it. */
const SLOW = 200;
const MOST_RUNS = 40;

const total = (samples: readonly number[]): number => samples.reduce((sum, sample) => sum + sample, 0);

async function takeTurn(prepared: Prepared, samples: number[]): Promise<void> {
  if (samples.length > 1 && total(samples) > ENOUGH) return;
  // Workers of the one before spin on for a while.
  await new Promise(resolve => setTimeout(resolve, PAUSE));
  if ((samples.at(-1) ?? 0) < SLOW) await prepared.run();
  for (let spent = 0, i = 0; i === 0 || (spent < TURN && i < MOST_RUNS); ++i) {
    const start = performance.now();
    const running = prepared.run();
    if (running !== undefined) await running;
    const ms = performance.now() - start;
    samples.push(ms);
    spent += ms;
  }
}

/** Lets them take turns, as the native half does. @returns the samples of each, in ms */
export async function takeTurns(all: readonly Prepared[], rounds: number): Promise<number[][]> {
  const samples = all.map((): number[] => []);
  for (let round = 0; round < rounds; ++round) {
    for (const [i, prepared] of all.entries()) await takeTurn(prepared, samples[i] ?? []);
  }
  return samples;
}

/** The greatest difference, in units of the reference's root mean square; NaN where one of them is. */
export function difference(values: Float32Array, reference: Float32Array): number {
  let [greatest, squares] = [0, 0];
  reference.forEach((expected, i) => {
    const apart = Math.abs((values[i] ?? NaN) - expected);
    if (!(apart <= greatest)) greatest = apart;
    squares += expected * expected;
  });
  return greatest / Math.sqrt(squares / reference.length);
}
