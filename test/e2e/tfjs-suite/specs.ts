import {execFile} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {root} from '../../../scripts/run.mjs';
import {bundle} from './bundle.ts';

/** How specs ended. */
export interface Counts {
  passed: number;
  skipped: number;
  failures: {name: string; message: string}[];
}

/**
 * Runs tfjs-core's own specs, in a process of their own.
 *
 * @param backend a file of `backends/`
 * @param filter a regular expression: which specs
 */
export async function runSpecs(backend: string, filter?: string): Promise<Counts> {
  const file = await bundle(backend);
  const out = file.replace(/cjs$/, 'json');
  const program = fileURLToPath(new URL('run.ts', import.meta.url));
  const args = ['--import=tsx', program, file, out, ...(filter === undefined ? [] : [filter])];
  const env = {...process.env, TF_CPP_MIN_LOG_LEVEL: '2'};
  await promisify(execFile)(process.execPath, args, {cwd: root, env, maxBuffer: 2 ** 28});
  const counts: unknown = JSON.parse(readFileSync(out, 'utf8'));
  if (isCounts(counts)) return counts;
  throw new Error(`${out} holds no counts`);
}

function isCounts(value: unknown): value is Counts {
  return typeof value === 'object' && value !== null && 'passed' in value && 'failures' in value;
}

/** Specs that fail in the first run and not in the second. */
export function newFailures(run: Counts, reference: Counts): string[] {
  const known = new Set(reference.failures.map(({name}) => name));
  return run.failures.filter(({name}) => !known.has(name)).map(({name, message}) => `${name}: ${message}`);
}
