// densecrf and its peers in one process. Arguments: the folder that onnxruntime-node is installed in, and how many threads each may
// use. One JSON request a line in, one JSON answer a line out.
import '@tensorflow/tfjs-backend-wasm';
import {createRequire} from 'node:module';
import {createInterface} from 'node:readline';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import {tfjsNodeFolder} from '../../scripts/tfjs-node.mjs';
import {concurrency} from '../../src/index.ts';
import {rewriteNames} from '../../src/tfjs/graph/rewrite.ts';
import {difference} from '../ops/node/contender.ts';
import {
  type ModelContender,
  onBackend,
  onnxRuntime,
  ours,
  oursGiven,
  oursWithout,
  type PreparedNetwork,
} from './contenders.ts';
import {type Network, networks} from './networks.ts';
import {timesByKernel, trace} from './trace.ts';

interface Request {
  /** 'tensorflow' asks for the version of the library under tfjs-node. */
  do: 'measure' | 'profile' | 'tensorflow';
  name: string;
  rounds: number;
  /** A rewrite whose gain alone is to be measured. */
  without: string;
}

const [folder = '', threads = '1'] = process.argv.slice(2);
const PAUSE = 60;
/** Runs of one turn. */
const RUNS = 3;
/** ms for one contender, if that makes two runs; a quarter of it in one turn. */
const ENOUGH = 4000;

/** A module of a peer; undefined if it is not there or does not load. */
function peer(name: string, from: string): unknown {
  try {
    return createRequire(`${from}/package.json`)(name);
  } catch {
    return undefined;
  }
}

function contenders(): ModelContender[] {
  // Removed from newer Node.js, still called by tfjs-node 4.22.
  Object.assign(util, {isNullOrUndefined: (x: unknown) => x === null || x === undefined, isArray: Array.isArray});
  const hasNode = peer('@tensorflow/tfjs-node', tfjsNodeFolder) !== undefined;
  const runtime = peer('onnxruntime-node', folder);
  const rewrites = rewriteNames;
  const node = [
    onBackend('tfjs-node', 'tensorflow'),
    onBackend('tfjs-node, rewritten', 'tensorflow', {rewrites}),
    onBackend('tfjs-node, accelerated', 'tensorflow', {isAccelerated: true}),
  ];
  return [
    ours,
    ...(hasNode ? node : []),
    onBackend('wasm', 'wasm'),
    onBackend('wasm, rewritten', 'wasm', {rewrites}),
    ...(runtime === undefined ? [] : [onnxRuntime(runtime, Number(threads))]),
    oursGiven,
  ];
}

async function takeTurn(prepared: PreparedNetwork, samples: number[]): Promise<void> {
  if (samples.length > 1 && samples.reduce((sum, ms) => sum + ms, 0) > ENOUGH) return;
  // What the one before left behind is not for this one to clear away, and its threads spin on for a while.
  global.gc?.();
  await new Promise(resolve => setTimeout(resolve, PAUSE));
  prepared.enter?.();
  await prepared.run();
  for (let run = 0, spent = 0; run < RUNS && spent < ENOUGH / 4; ++run) {
    const start = performance.now();
    await prepared.run();
    const ms = performance.now() - start;
    samples.push(ms);
    spent += ms;
  }
  prepared.leave?.();
}

async function measure(all: readonly ModelContender[], network: Network, rounds: number): Promise<object> {
  const ready: {name: string; prepared: PreparedNetwork; samples: number[]}[] = [];
  for (const contender of all) {
    const prepared = await contender.prepare(network);
    if (prepared !== undefined) ready.push({name: contender.name, prepared, samples: []});
  }
  for (let round = 0; round < rounds; ++round) {
    for (const {prepared, samples} of ready) await takeTurn(prepared, samples);
  }
  const reference = ready[1]?.prepared.read() ?? new Float32Array(0);
  const answer = ready.map(({name, prepared, samples}) => {
    return {name, note: '', difference: difference(prepared.read(), reference), samples};
  });
  for (const {prepared} of ready) await prepared.dispose();
  return {contenders: answer};
}

async function profile(network: Network, rounds: number): Promise<object> {
  await tf.setBackend('densecrf');
  const loaded = await network.load(rewriteNames);
  const run = (): void => tf.dispose(loaded.run());
  run();
  run();
  const calls = Array.from({length: rounds}, () => trace('densecrf', run)).flat();
  loaded.dispose();
  return {kernels: timesByKernel(calls).map(each => ({...each, calls: each.calls / rounds, ms: each.ms / rounds}))};
}

/** The version of the library under tfjs-node; empty without it. */
async function tensorflow(): Promise<object> {
  if (!('tensorflow' in tf.engine().registryFactory)) return {version: ''};
  await tf.setBackend('tensorflow');
  const backend: object = tf.backend();
  const binding = 'binding' in backend ? backend.binding : undefined;
  const hasVersion = typeof binding === 'object' && binding !== null && 'TF_Version' in binding;
  return {version: hasVersion ? String(binding.TF_Version) : ''};
}

async function answerTo(request: Request): Promise<object> {
  if (request.do === 'tensorflow') return tensorflow();
  const network = networks.find(({name}) => name === request.name);
  if (network === undefined) throw new Error(`there is no network ${request.name}`);
  if (request.do === 'profile') return profile(network, request.rounds);
  const lacking = rewriteNames.find(name => name === request.without);
  return measure(lacking === undefined ? all : [ours, oursWithout(lacking)], network, request.rounds);
}

function isRequest(value: unknown): value is Request {
  return typeof value === 'object' && value !== null && 'do' in value && 'name' in value && 'rounds' in value;
}

concurrency(Number(threads));
const all = contenders();
for await (const line of createInterface({input: process.stdin})) {
  const request: unknown = JSON.parse(line);
  if (!isRequest(request)) throw new Error(`not a request: ${line}`);
  console.log(JSON.stringify(await answerTo(request)));
}
