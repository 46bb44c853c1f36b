import type {Writable} from 'node:stream';

/** Where a command writes to: results for machines on stdout, everything for people on stderr. */
export interface Terminal {
  readonly stdout: Writable;
  readonly stderr: Writable & {readonly isTTY?: boolean};
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One word after `densecrf`. */
export interface Command {
  readonly summary: string;
  readonly help: string;
  /** @returns the exit code */
  run(argv: readonly string[], terminal: Terminal): Promise<number>;
}

export const OK = 0;
export const FAILED = 1;
export const WRONG_USAGE = 2;
