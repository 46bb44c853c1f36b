import {DenseCrfError} from '../core/errors.ts';
import {callNative} from '../core/status.ts';
import type {NativeDenseCrf, NativeJob} from '../native/addon.ts';
import {runJob, type RunOptions} from './job.ts';

/** Exclusive use of a native CRF: one operation at a time, none after dispose. */
export class Handle {
  readonly #native: NativeDenseCrf;
  #job: NativeJob | undefined;
  #disposed = false;

  constructor(crf: NativeDenseCrf) {
    this.#native = crf;
  }

  /** The native object, if nobody else uses it. */
  idle(): NativeDenseCrf {
    if (this.#disposed) throw disposedError();
    if (this.#job !== undefined) {
      throw new DenseCrfError(
        'ERR_BUSY',
        'Expected one operation at a time on a DenseCRF but received a call while another runs: await that one first',
      );
    }
    return this.#native;
  }

  /** Runs a job of the idle object to its end. Nobody else gets the object before. */
  async run(
    start: (crf: NativeDenseCrf, report: ((done: number) => void) | null) => NativeJob,
    total: number,
    options: RunOptions,
  ): Promise<void> {
    const crf = this.idle();
    const begin = (report: ((done: number) => void) | null): NativeJob => {
      this.#job = callNative(() => start(crf, report));
      return this.#job;
    };
    try {
      await runJob(begin, total, options);
    } catch (error) {
      throw this.#disposed ? disposedError() : error;
    } finally {
      this.#job = undefined;
    }
    if (this.#disposed) throw disposedError();
  }

  /** Ends a running job and frees the memory. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#job?.cancel();
    this.#native.dispose();
  }
}

function disposedError(): DenseCrfError {
  return new DenseCrfError('ERR_DISPOSED', 'Expected a DenseCRF in use but received a call on one that was disposed');
}
