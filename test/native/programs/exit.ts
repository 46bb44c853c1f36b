// Ends the process in the middle of jobs, in the way that the argument names.
import {ENDLESS, problem, startWorker} from '../support.ts';

const way = process.argv[2];

function leave(): void {
  if (way === 'throw') throw new Error('nobody catches this');
  process.exit(7);
}

if (way === 'worker') startWorker('endless').once('message', leave);
for (const seed of [1, 2, 3]) {
  const inCallback = way === 'callback' && seed === 2 ? leave : null;
  void problem(seed).inference(ENDLESS, null, null, false, inCallback).done;
}
if (way === 'now') leave();
if (way === 'later' || way === 'throw') setTimeout(leave, 20);
