// Help for tests of bad input.
import type {ExecutionContext} from 'ava';
import {DenseCrfError, type DenseCrfErrorCode} from '../../src/index.ts';

/** Lets a test pass what the types forbid. */
export function untyped(value: unknown): never {
  return value as never;
}

/** The call throws this code, and a message that holds every one of these words. */
export function refuses(t: ExecutionContext, call: () => unknown, code: DenseCrfErrorCode, ...words: string[]): void {
  check(t, t.throws(call, {instanceOf: DenseCrfError}), code, words);
}

/** The promise rejects with this code, and a message that holds every one of these words. */
export async function rejects(
  t: ExecutionContext,
  promise: Promise<unknown>,
  code: DenseCrfErrorCode,
  ...words: string[]
): Promise<void> {
  check(t, await t.throwsAsync(promise, {instanceOf: DenseCrfError}), code, words);
}

function check(t: ExecutionContext, error: DenseCrfError | undefined, code: DenseCrfErrorCode, words: string[]): void {
  t.is(error?.code, code, error?.message);
  for (const word of words) t.true(error?.message.includes(word), `'${word}' in: ${error?.message ?? ''}`);
}

/** An array whose memory was transferred away. */
export function detached<T extends Float32Array | Int32Array | Uint8Array>(array: T): T {
  structuredClone(array.buffer, {transfer: [array.buffer as ArrayBuffer]});
  return array;
}

/** An array on a SharedArrayBuffer. */
export function shared(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(4 * length));
}

/** An array on memory that may change size. */
export function resizable(length: number): Float32Array {
  const Resizable: new (bytes: number, options: {maxByteLength: number}) => ArrayBuffer = ArrayBuffer;
  return new Float32Array(new Resizable(4 * length, {maxByteLength: 8 * length}), 0, length);
}
