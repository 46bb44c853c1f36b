// Peers are installed below build/ when a bench asks for them; they are no dependencies of the package.
import {spawnSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A folder of `build/peers`. */
export function peerFolder(name: string): string {
  return `${root}build/peers/${name}`;
}

export interface Ran {
  readonly succeeded: boolean;
  /** What it printed; if it failed, the last line of its complaint. */
  readonly output: string;
}

export function run(program: string, args: readonly string[], cwd = root): Ran {
  const env = {...process.env, LC_ALL: 'C'};
  const {status, stdout, stderr, error} = spawnSync(program, args, {cwd, env, encoding: 'utf8', maxBuffer: 2 ** 28});
  if (error !== undefined) return {succeeded: false, output: error.message};
  if (status === 0) return {succeeded: true, output: stdout};
  const lines = stderr.trim().split('\n');
  const complaint = lines.find(line => /error/i.test(line)) ?? lines.at(-1) ?? `status ${String(status)}`;
  return {succeeded: false, output: `${program}: ${complaint}`};
}

/** Runs one after the other, up to the first that fails. @returns why, if one does */
export function runAll(
  commands: readonly (readonly [program: string, ...args: string[]])[],
  cwd = root,
): string | undefined {
  for (const [program, ...args] of commands) {
    const {succeeded, output} = run(program, args, cwd);
    if (!succeeded) return output;
  }
  return undefined;
}
