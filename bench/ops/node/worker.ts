// densecrf through its door and the peers that are there, in one process. Arguments: the folder that onnxruntime-node
// is installed in, and how many threads each may use. One JSON request a line in, one JSON answer a line out.
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import util from 'node:util';
import {tfjsNodeFolder} from '../../../scripts/tfjs-node.mjs';
import {concurrency} from '../../../src/index.ts';
import type {Shape} from '../shapes.ts';
import {type Contender, difference, type Prepared, takeTurns} from './contender.ts';
import {onnxRuntime} from './onnx.ts';
import {ours} from './ours.ts';
import {makeProblem} from './problem.ts';
import {isTf, type Tf, tfjs} from './tfjs.ts';

type Request = {do: 'names'} | ({do: 'measure'; runs: number} & Shape);

const [folder = '', threads = '1'] = process.argv.slice(2);
const require = createRequire(`${folder}/package.json`);
const requireTfjs = createRequire(`${tfjsNodeFolder}/package.json`);

/** A module of a peer; undefined if it is not there or does not load. */
function peer(name: string, from = require): unknown {
  try {
    return from(name);
  } catch {
    return undefined;
  }
}

/** TensorFlow.js: the package's own, with tfjs-node where it is. */
async function tensorFlow(): Promise<Contender[]> {
  // Removed from newer Node.js, still called by tfjs-node 4.22.
  Object.assign(util, {isNullOrUndefined: (x: unknown) => x === null || x === undefined, isArray: Array.isArray});
  const hasNode = isTf(peer('@tensorflow/tfjs-node', requireTfjs));
  const tf = peer('@tensorflow/tfjs-core', requireTfjs);
  if (!isTf(tf)) return [];
  const found = hasNode ? [tfjs(tf, 'tensorflow', 'tfjs-node')] : [];
  return threads === '1' && (await hasWasm(tf)) ? [...found, tfjs(tf, 'wasm', 'tfjs-backend-wasm')] : found;
}

/** In Node.js that backend is always on one thread. */
async function hasWasm(tf: Tf): Promise<boolean> {
  return peer('@tensorflow/tfjs-backend-wasm', requireTfjs) !== undefined && (await tf.setBackend('wasm'));
}

async function measure(contenders: readonly Contender[], shape: Shape, runs: number): Promise<object> {
  const problem = makeProblem(shape);
  const ready: {name: string; prepared: Prepared}[] = [];
  for (const contender of contenders) {
    const prepared = await contender.prepare(problem);
    if (prepared !== undefined) ready.push({name: contender.name, prepared});
    if (ready.length === 0) return {contenders: []}; // not even densecrf, the first
  }
  const samples = await takeTurns(
    ready.map(({prepared}) => prepared),
    runs,
  );
  const results = ready.map(({prepared}) => prepared.read());
  const reference = results[1] ?? results[0] ?? new Float32Array(0);
  const answer = ready.map(({name, prepared}, i) => ({
    name,
    note: prepared.note ?? '',
    difference: difference(results[i] ?? new Float32Array(0), reference),
    samples: samples[i],
  }));
  for (const {prepared} of ready) await prepared.dispose();
  return {contenders: answer};
}

function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && 'do' in value;
}

concurrency(Number(threads));
const runtime = onnxRuntime(peer('onnxruntime-node'), Number(threads));
const contenders = [ours(), ...(runtime === undefined ? [] : [runtime]), ...(await tensorFlow())];
for await (const line of createInterface({input: process.stdin})) {
  const request: unknown = JSON.parse(line);
  if (!isRequest(request)) throw new Error(`not a request: ${line}`);
  const names = contenders.map(({name}) => name);
  console.log(JSON.stringify(request.do === 'names' ? {names} : await measure(contenders, request, request.runs)));
}
