// A worker in the middle of jobs; it says so at the first iteration.
import {parentPort, workerData} from 'node:worker_threads';
import {ENDLESS, problem} from '../support.ts';

const way: unknown = workerData;

const onProgress = {
  report: (iteration: number) => {
    if (iteration === 1) parentPort?.postMessage('computing');
  },
  // Terminated while the callback runs.
  linger: () => {
    parentPort?.postMessage('computing');
    for (;;);
  },
  leave: () => process.exit(3),
};
const chosen = way === 'linger' ? onProgress.linger : way === 'leave' ? onProgress.leave : onProgress.report;

void problem(1).inference(ENDLESS, null, null, false, null).done;
void problem(2).inference(ENDLESS, null, null, false, chosen).done;
