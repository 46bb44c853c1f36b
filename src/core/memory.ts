// What the machine can give: asked before anything is allocated.
import {constants} from 'node:buffer';
import {totalmem} from 'node:os';
import {MAX_ENTRIES} from './checks.ts';
import {native} from '../native/load.ts';
import {DenseCrfError} from './errors.ts';

/** From here on a page fault for every 4 KiB takes longer than what is written. */
const LARGE_BYTES = 4 * 2 ** 20;

/** The product of sizes, which a buffer has to hold. */
export function checkEntries(name: string, sizes: readonly number[]): number {
  const entries = sizes.reduce((product, size) => product * size, 1);
  if (entries <= MAX_ENTRIES) return entries;
  throw new DenseCrfError(
    'ERR_TOO_LARGE',
    `Expected ${name} to need buffers below 2^31 entries but received ${sizes.join(' x ')} = ${entries}`,
  );
}

/** Refuses what cannot fit into the machine's memory. @param bytes what is needed at the least */
export function checkFitsMemory(name: string, bytes: number, limit: number = machineMemory()): void {
  if (bytes <= limit) return;
  throw new DenseCrfError(
    'ERR_TOO_LARGE',
    `Expected ${name} to fit into the ${gibibytes(limit)} GiB of memory that this process may use but received one that needs ${gibibytes(bytes)} GiB`,
  );
}

/** A Float32Array of zeros. */
export function allocateFloats(length: number): Float32Array {
  return allocate(() => onLargePages(new Float32Array(length)), 4 * length);
}

/** A Float32Array for results that will all be written before anybody sees them: what it holds is undefined. */
export function allocateResults(length: number): Float32Array {
  return 4 * length > constants.MAX_LENGTH ? allocateFloats(length) : new Float32Array(allocateBytes(4 * length));
}

/** A Float32Array of the same values, on memory of its own. */
export function copyFloats(values: Float32Array): Float32Array {
  return allocate(() => new Float32Array(values), values.byteLength);
}

/** An Int32Array of zeros. */
export function allocateInts(length: number): Int32Array {
  return allocate(() => onLargePages(new Int32Array(length)), 4 * length);
}

/** Memory for a kernel's results, which holds anything at all. */
export function allocateBytes(length: number): ArrayBuffer {
  // Unlike an ArrayBuffer of one's own making it is not zeroed.
  return allocate(() => onLargePages(Buffer.allocUnsafeSlow(length)).buffer, length);
}

function onLargePages<T extends {byteLength: number; buffer: ArrayBuffer}>(fresh: T): T {
  if (fresh.byteLength >= LARGE_BYTES) native().preferLargePages(fresh.buffer);
  return fresh;
}

function allocate<T>(create: () => T, bytes: number): T {
  try {
    return create();
  } catch (cause) {
    throw new DenseCrfError('ERR_OUT_OF_MEMORY', `The system gave no memory for an array of ${bytes} bytes`, {cause});
  }
}

/** Bytes of memory that this process may use: the machine's, or its container's where that is less. */
function machineMemory(): number {
  // 0 or undefined: unconstrained or unknown, depending on the version of Node.js.
  const constrained: unknown = process.constrainedMemory();
  return typeof constrained === 'number' && constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

function gibibytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(bytes < 2 ** 30 ? 3 : 1);
}
