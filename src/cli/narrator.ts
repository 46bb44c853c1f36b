import {DenseCrfError} from '../core/errors.ts';
import {messageOf} from '../io/files.ts';
import {Progress} from './progress.ts';
import type {Terminal} from './terminal.ts';

/** How a command talks. */
interface Manner {
  /** JSON for machines on stdout, instead of words for people on stderr. */
  readonly json: boolean;
  /** Errors only. */
  readonly quiet: boolean;
}

/** Says of each picture what was done to it, or why nothing was. */
export class Narrator {
  readonly progress: Progress;
  readonly #terminal: Terminal;
  readonly #manner: Manner;

  constructor(terminal: Terminal, manner: Manner) {
    this.progress = new Progress(terminal, manner.quiet);
    this.#terminal = terminal;
    this.#manner = manner;
  }

  tell(words: string, facts: object): void {
    if (this.#manner.json) this.#print(facts);
    else if (!this.#manner.quiet) this.progress.line(words);
  }

  /** @param isOneOfMany whether its name must be said */
  tellFailure(image: string, error: unknown, isOneOfMany: boolean): void {
    const message = messageOf(error);
    this.progress.line(`densecrf: ${isOneOfMany ? `${image}: ` : ''}${message}`);
    const code = error instanceof DenseCrfError ? error.code : 'ERR_UNKNOWN';
    if (this.#manner.json) this.#print({image, error: {code, message}});
  }

  #print(facts: object): void {
    this.#terminal.stdout.write(`${JSON.stringify(facts)}\n`);
  }
}

/** The lines that follow what is said of a picture. */
export function remarks(notes: readonly string[]): string {
  return notes.map(note => `\n  note: ${note}`).join('');
}
