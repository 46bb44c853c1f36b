// More jobs than the libuv pool has threads, and a file read while they run.
import {readFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {ENDLESS, problem} from '../support.ts';

const jobs = [1, 2, 3].map(seed => problem(seed).inference(ENDLESS, null, null, false, null));
await readFile(fileURLToPath(import.meta.url));
for (const job of jobs) job.cancel();
console.log(JSON.stringify(await Promise.all(jobs.map(job => job.done))));
