// What both halves answer when they are asked to measure a shape.
import {type Spread, spread} from '../lib/statistics.ts';
import type {Answer} from '../lib/worker-process.ts';

/** One contender's times in ms. */
export interface Times extends Spread {
  readonly name: string;
  /** The algorithm, where the library tells. */
  readonly note: string;
  /** The greatest difference from the reference, in units of the reference's root mean square. */
  readonly difference: number;
}

/** Of the first contender, densecrf, and its peers. */
export interface Turns {
  readonly ours: Times;
  readonly peers: readonly Times[];
}

/**
 * @returns undefined where densecrf cannot do that
 * @throws {Error} if the answer is none
 */
export function turnsOf(answer: Answer): Turns | undefined {
  const {contenders} = answer;
  if (!Array.isArray(contenders)) throw new Error(`no contenders in ${JSON.stringify(answer)}`);
  const [ours, ...peers] = contenders.map(timesOf);
  return ours === undefined ? undefined : {ours, peers};
}

function timesOf(value: unknown): Times {
  const fields: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? {...value} : {};
  const {name, note, difference, samples} = fields;
  if (typeof name !== 'string' || typeof note !== 'string' || !Array.isArray(samples)) {
    throw new Error(`not a contender: ${JSON.stringify(value)}`);
  }
  // JSON has no NaN: a difference that is none comes as null.
  return {name, note, difference: typeof difference === 'number' ? difference : NaN, ...spread(samples.map(Number))};
}

/** The best peer's time by ours, of medians or of the least times; NaN without a peer. */
export function ratioOf({ours, peers}: Turns, of: 'median' | 'min' = 'median'): number {
  return peers.length === 0 ? NaN : Math.min(...peers.map(times => times[of])) / ours[of];
}
