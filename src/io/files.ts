import {access, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {buffer} from 'node:stream/consumers';
import {DenseCrfError} from '../core/errors.ts';

/** Stands for standard input or output where a file is expected. */
export const STANDARD_STREAM = '-';

/**
 * Reads a whole file, or standard input for `-`.
 *
 * @throws {DenseCrfError} `ERR_INVALID_FILE` if it cannot be read
 */
export async function readInput(path: string): Promise<Uint8Array> {
  try {
    return path === STANDARD_STREAM ? await buffer(process.stdin) : await readFile(path);
  } catch (error) {
    throw new DenseCrfError('ERR_INVALID_FILE', `Cannot read ${nameOf(path)}: ${messageOf(error)}`, {cause: error});
  }
}

/**
 * Writes a whole file, or standard output for `-`. A file appears under its name only when it is complete, so that a
 * job that is killed leaves none half written.
 *
 * @throws {DenseCrfError} `ERR_INVALID_FILE` if it cannot be written
 */
export async function writeOutput(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await (path === STANDARD_STREAM ? writeToStdout(bytes) : writeWhole(path, bytes));
  } catch (error) {
    const target = path === STANDARD_STREAM ? 'standard output' : path;
    throw new DenseCrfError('ERR_INVALID_FILE', `Cannot write ${target}: ${messageOf(error)}`, {cause: error});
  }
}

/** Whether there is anything of this name. */
export function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** What messages call a file. */
export function nameOf(path: string): string {
  return path === STANDARD_STREAM ? 'standard input' : path;
}

/** An error for a file that is not what it should be. */
export function invalidFile(name: string, expected: string, found: string): DenseCrfError {
  return new DenseCrfError('ERR_INVALID_FILE', `Expected ${name} to ${expected} but found ${found}`);
}

/** The words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const partial = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  try {
    await writeFile(partial, bytes);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, {force: true});
    throw error;
  }
}

function writeToStdout(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, error => (error ? reject(error) : resolve()));
  });
}
