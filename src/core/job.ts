import {checkCallback, checkSignal} from './checks.ts';
import {fromNative} from './status.ts';
import type {NativeJob} from '../native/addon.ts';

/** Options of everything that runs for a while. */
export interface RunOptions {
  /** Ends the run within one iteration; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Called after each iteration. What it throws ends the run, and the promise rejects with it. */
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** The keys of {@link RunOptions}. */
export const runKeys = ['signal', 'onProgress'] as const;

export function checkRunOptions({signal, onProgress}: RunOptions): RunOptions {
  return {signal: checkSignal('signal', signal), onProgress: checkCallback('onProgress', onProgress)};
}

/**
 * Waits for a job of the addon. An abort or a throwing `onProgress` cancels it and wins over a result that comes all the same.
 *
 * @param start starts the job, which calls `report` after each iteration
 */
export async function runJob(
  start: (report: ((done: number) => void) | null) => NativeJob,
  total: number,
  {signal, onProgress}: RunOptions,
): Promise<void> {
  let failure: {error: unknown} | undefined;
  const report = (done: number): void => {
    if (failure !== undefined || signal?.aborted === true) return;
    try {
      onProgress?.(done, total);
    } catch (error) {
      failure = {error};
      job.cancel();
    }
  };
  const job = start(onProgress === undefined ? null : report);
  const cancel = (): void => job.cancel();
  signal?.addEventListener('abort', cancel, {once: true});
  try {
    await job.done;
  } catch (error) {
    throw fromNative(error);
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
  signal?.throwIfAborted();
  if (failure !== undefined) throw failure.error;
}
