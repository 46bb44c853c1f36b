import {type ChildProcess, spawn} from 'node:child_process';
import {createInterface} from 'node:readline';

/** What a worker answers: figures by name, and texts. */
export type Answer = Readonly<Record<string, unknown>>;

/** A process that takes one JSON request a line and answers each with one JSON line. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;
  readonly #name: string;
  readonly #gone: Promise<unknown>;

  constructor(name: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.#name = name;
    const child = spawn(program, args, {stdio: ['pipe', 'pipe', 'inherit'], env});
    // A worker that is gone is noticed by the answer that does not come.
    child.stdin.on('error', () => undefined);
    this.#child = child;
    this.#gone = new Promise(resolve => child.once('close', resolve));
    this.#answers = createInterface({input: child.stdout})[Symbol.asyncIterator]();
  }

  /** @throws {Error} if the worker ends or answers anything but an object */
  async ask(request: object): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const line = await this.#answers.next();
    if (line.done === true) throw new Error(`${this.#name} ended without an answer`);
    const answer: unknown = JSON.parse(line.value);
    if (typeof answer === 'object' && answer !== null) return {...answer};
    throw new Error(`${this.#name} answered ${line.value}`);
  }

  /** @throws {Error} if the answer has no such figure */
  async askNumber(request: object, figure: string): Promise<number> {
    const value = (await this.ask(request))[figure];
    if (typeof value === 'number') return value;
    throw new Error(`${this.#name} answered ${JSON.stringify(request)} without ${figure}`);
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    await this.#gone;
  }
}
