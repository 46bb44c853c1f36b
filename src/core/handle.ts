import type {NativeJob} from '../native/addon.ts';
import {DenseCrfError} from './errors.ts';
import {runJob, type RunOptions} from './job.ts';
import {callNative} from './status.ts';

/** Exclusive use of a native object: one operation at a time, none after dispose. */
export class Handle<Native extends {dispose(): void}> {
  readonly #name: string;
  readonly #native: Native;
  #job: NativeJob | undefined;
  #disposed = false;

  /** @param name of the object in errors, with its article */
  constructor(name: string, native: Native) {
    this.#name = name;
    this.#native = native;
  }

  /** The native object, if nobody else uses it. */
  idle(): Native {
    if (this.#disposed) throw this.#disposedError();
    if (this.#job !== undefined) {
      throw new DenseCrfError(
        'ERR_BUSY',
        `Expected one operation at a time on ${this.#name} but received a call while another runs: await that one first`,
      );
    }
    return this.#native;
  }

  /** Runs a job of the idle object to its end. Nobody else gets the object before. */
  async run(
    start: (native: Native, report: ((done: number) => void) | null) => NativeJob,
    total: number,
    options: RunOptions,
  ): Promise<void> {
    const native = this.idle();
    const begin = (report: ((done: number) => void) | null): NativeJob => {
      this.#job = callNative(() => start(native, report));
      return this.#job;
    };
    try {
      await runJob(begin, total, options);
    } catch (error) {
      throw this.#disposed ? this.#disposedError() : error;
    } finally {
      this.#job = undefined;
    }
    if (this.#disposed) throw this.#disposedError();
  }

  /** Ends a running job and frees the memory. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#job?.cancel();
    this.#native.dispose();
  }

  #disposedError(): DenseCrfError {
    return new DenseCrfError(
      'ERR_DISPOSED',
      `Expected ${this.#name} in use but received a call on one that was disposed`,
    );
  }
}
