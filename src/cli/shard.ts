import {UsageError} from './usage-error.ts';

/** One of `count` equal parts of a job; `index` counts from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Reads "i/n", as in "3/8". */
export function parseShard(text: string): Shard {
  const [, index, count] = /^(\d+)\/(\d+)$/.exec(text)?.map(Number) ?? [];
  if (index === undefined || count === undefined || index < 1 || index > count) {
    throw new UsageError(`Expected --shard i/n with i from 1 to n, as in 3/8, but received ${text}`);
  }
  return {index, count};
}

/**
 * The items of one shard. Every n-th item belongs to it, so that the shards differ by one item at most, no item is in
 * two of them, and none is left out.
 */
export function itemsOf<T>(items: readonly T[], {index, count}: Shard): T[] {
  return items.filter((_, i) => i % count === index - 1);
}
