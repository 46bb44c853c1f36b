// One backend in a process of its own. Arguments: the backend, and how many threads each may use. One JSON request a line in, one
// JSON answer a line out.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import {tfjsNodeFolder} from '../../scripts/tfjs-node.mjs';
import {concurrency} from '../../src/index.ts';
import {checkChoice} from '../../src/core/checks.ts';
import {backendNames} from '../../src/tfjs/swaps.ts';
import {cases} from './cases.ts';
import {type Duel, Rivals} from './rivals.ts';

interface Request {
  kernel: string;
  rounds: number;
}

function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && 'kernel' in value && 'rounds' in value;
}

const [name = '', threads = '1'] = process.argv.slice(2);
const backend = checkChoice('the backend', name, backendNames);
if (backend === 'tensorflow') {
  // Removed from newer Node.js, still called by tfjs-node 4.22.
  Object.assign(util, {isNullOrUndefined: (x: unknown) => x === null || x === undefined, isArray: Array.isArray});
  createRequire(`${tfjsNodeFolder}/package.json`)('@tensorflow/tfjs-node');
}
concurrency(Number(threads));
await tf.setBackend(backend);
const rivals = new Rivals(backend);
// Only there does it matter: the other backends' tensors lie where native kernels have them.
const neighbours = backend === 'tensorflow' ? (['native', 'plain'] as const) : (['native'] as const);
for await (const line of createInterface({input: process.stdin})) {
  const request: unknown = JSON.parse(line);
  if (!isRequest(request)) throw new Error(`not a request: ${line}`);
  const own = cases.filter(
    ({kernel, isHeavy}) => kernel === request.kernel && !(backend === 'cpu' && isHeavy === true),
  );
  const duels: Duel[] = [];
  for (const each of own) {
    for (const form of neighbours) {
      const duel = await rivals.measure(each, form, request.rounds);
      if (duel !== undefined) duels.push(duel);
    }
  }
  console.log(JSON.stringify({duels}));
}
