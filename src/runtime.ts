// What this process computes with.
import {createRequire} from 'node:module';
import {checkInteger} from './core/checks.ts';
import {native} from './native/load.ts';

/** Versions of this package and of what it runs on. */
export const versions: Readonly<{densecrf: string; node: string; napi: string}> = Object.freeze({
  densecrf: packageVersion(),
  node: process.versions.node,
  napi: process.versions.napi ?? 'none',
});

/** The instruction sets that this machine and this build have in common, slowest first, and the one in use. */
export function simd(): {available: string[]; active: string} {
  const addon = native();
  return {available: addon.isas(), active: addon.isa()};
}

/**
 * How many threads one operation uses at most; at first as many as this process has processors. For the whole process, from
 * the next operation on. Results do not depend on it.
 *
 * @param threads 1 to 256; left out: only asks
 * @returns the number in force
 */
export function concurrency(threads?: number): number {
  if (threads === undefined) return native().concurrency();
  return native().concurrency(checkInteger('threads', threads, 1, 256));
}

function packageVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('../package.json');
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}
