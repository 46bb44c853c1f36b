import {once} from 'node:events';
import test from 'ava';
import {startWorker} from './support.ts';

// The tests of this file load the addon in workers alone, so that it is loaded and let go again and again.

test.serial('20 workers, one after another, terminated in the middle of jobs', async t => {
  for (let i = 0; i < 20; ++i) {
    const worker = startWorker('endless');
    t.deepEqual(await once(worker, 'message'), ['computing']);
    t.is(await worker.terminate(), 1);
  }
});

test.serial('8 workers at once, terminated in the middle of jobs', async t => {
  const workers = Array.from({length: 8}, () => startWorker('endless'));
  await Promise.all(workers.map(worker => once(worker, 'message')));
  t.deepEqual(await Promise.all(workers.map(worker => worker.terminate())), new Array(8).fill(1));
});

test.serial('a worker terminated in its progress callback', async t => {
  const worker = startWorker('endless', 'linger');
  await once(worker, 'message');
  t.is(await worker.terminate(), 1);
});

test.serial('a worker that exits in its progress callback', async t => {
  t.deepEqual(await once(startWorker('endless', 'leave'), 'exit'), [3]);
});

test.serial('the addon works on after them', async t => {
  const {problem, probabilitiesOf} = await import('./support.ts');
  t.notThrows(() => probabilitiesOf(problem(), 2));
  t.true(await problem().inference(2, null, null, false, null).done);
});
