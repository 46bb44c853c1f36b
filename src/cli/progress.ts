import type {Terminal} from './terminal.ts';

const WIDTH = 28;
const CLEAR_LINE = '\r\x1b[2K';

/** A bar on stderr that says how far a command is; nothing at all where stderr is not a terminal. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #visible: boolean;
  #shown = '';

  constructor(terminal: Terminal, quiet = false) {
    this.#terminal = terminal;
    this.#visible = terminal.stderr.isTTY === true && terminal.env.TERM !== 'dumb' && !quiet;
  }

  /** @param what the name of what is being done */
  show(done: number, total: number, what: string): void {
    if (!this.#visible) return;
    const filled = Math.round((WIDTH * done) / Math.max(1, total));
    const [bar, rest] = ['━'.repeat(filled), '━'.repeat(WIDTH - filled)];
    const drawn = this.#terminal.env.NO_COLOR
      ? `${bar}${'─'.repeat(rest.length)}`
      : `\x1b[36m${bar}\x1b[90m${rest}\x1b[0m`;
    this.#shown = `${drawn} ${done}/${total} ${what}`;
    this.#terminal.stderr.write(CLEAR_LINE + this.#shown);
  }

  /** Writes a line above the bar. */
  line(text: string): void {
    const shown = this.#shown;
    this.clear();
    this.#terminal.stderr.write(`${text}\n${shown}`);
    this.#shown = shown;
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#shown) this.#terminal.stderr.write(CLEAR_LINE);
    this.#shown = '';
  }
}
