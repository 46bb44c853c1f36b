// npm run bench:models: whole networks in TensorFlow.js, on backend densecrf and on its peers. Writes a section of docs/benchmarks.md.
import {writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {checkChoice} from '../src/core/checks.ts';
import {concurrency} from '../src/index.ts';
import {rewriteNames} from '../src/tfjs/graph/rewrite.ts';
import {writeSection} from './lib/document.ts';
import {peerFolder} from './lib/install.ts';
import {reportHead} from './lib/head.ts';
import {type Network, networks} from './models/networks.ts';
import {type Row, summary, toMarkdown, toSummary} from './models/report.ts';
import type {KernelTime} from './models/trace.ts';
import {turnsOf} from './ops/answer.ts';
import {NodeHalf} from './ops/node.ts';
import type {WorkerProcess} from './lib/worker-process.ts';

const usage = `npm run bench:models -- [options]
  --json FILE      write every figure, all samples included
  --only REGEX     only networks whose name matches
  --threads 1,2    thread counts
  --without NAME   no peers, but densecrf without one rewrite, such as fuseSeparable: its gain alone
  --rounds N       rounds in which all take turns (default 7)
  --no-docs        leave docs/benchmarks.md and README.md alone, as everything but a whole run does`;

const {values: options} = parseArgs({
  options: {
    json: {type: 'string'},
    only: {type: 'string', default: ''},
    without: {type: 'string', default: ''},
    threads: {type: 'string', default: concurrency() > 1 ? '1,2' : '1'},
    rounds: {type: 'string', default: '7'},
    'no-docs': {type: 'boolean', default: false},
    help: {type: 'boolean', default: false},
  },
});
const rounds = Number(options.rounds);
const without = options.without === '' ? '' : checkChoice('--without', options.without, rewriteNames);

/** More than that, in units of the result's root mean square, is a wrong result. */
const WRONG = 1e-2;

function isKernelTime(value: unknown): value is KernelTime {
  return typeof value === 'object' && value !== null && 'kernel' in value && 'calls' in value && 'ms' in value;
}

async function measure(network: Network, threads: number, worker: WorkerProcess): Promise<Row> {
  const turns = turnsOf(await worker.ask({do: 'measure', name: network.name, rounds, without}));
  if (turns === undefined) throw new Error(`densecrf cannot run ${network.name}`);
  const {kernels} = await worker.ask({do: 'profile', name: network.name, rounds});
  const profile = Array.isArray(kernels) ? kernels.filter(isKernelTime) : [];
  return {network: network.name, threads, turns, profile};
}

/** The versions of what took part. */
async function peersOf(rows: readonly Row[], worker: WorkerProcess): Promise<string[]> {
  const names = rows.flatMap(({turns}) => turns.peers.map(({name}) => name));
  const versionOf = (name: string, from: string): string => {
    const manifest: unknown = createRequire(`${from}/package.json`)(`${name}/package.json`);
    const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : '';
    return `${name} ${String(version)}`;
  };
  const project = fileURLToPath(new URL('..', import.meta.url));
  const tensorflow = await worker.ask({do: 'tensorflow', name: '', rounds: 0});
  return [
    ...(names.includes('tfjs-node')
      ? [`${versionOf('@tensorflow/tfjs-node', peerFolder('tfjs-node'))} on TensorFlow ${String(tensorflow.version)}`]
      : []),
    versionOf('@tensorflow/tfjs-backend-wasm', project),
    ...(names.includes('onnxruntime-node') ? [versionOf('onnxruntime-node', peerFolder('node'))] : []),
  ];
}

async function main(): Promise<void> {
  const chosen = networks.filter(({name}) => new RegExp(options.only).test(name));
  for (const {name, missing} of chosen) if (missing !== undefined) console.log(`Without ${name}: ${missing}`);
  const node = new NodeHalf(fileURLToPath(new URL('models/worker.ts', import.meta.url)));
  const rows: Row[] = [];
  for (const network of chosen.filter(({missing}) => missing === undefined)) {
    for (const threads of options.threads.split(',').map(Number)) {
      const row = await measure(network, threads, node.worker(threads));
      console.log(summary(row));
      rows.push(row);
    }
  }
  const peers = await peersOf(rows, node.worker(1));
  await node.close();
  const report = {...reportHead(), peers, rounds, rows};
  const markdown = toMarkdown(report);
  console.log(`\n${markdown}`);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(report, undefined, 2));
  const isWhole = options.only === '' && without === '' && chosen.every(({missing}) => missing === undefined);
  if (isWhole && !options['no-docs']) {
    writeSection(new URL('../docs/benchmarks.md', import.meta.url), 'bench:models', markdown);
    writeSection(new URL('../README.md', import.meta.url), 'bench:models', toSummary(report));
  }
  const wrong = rows.filter(({turns}) => !(turns.ours.difference < WRONG));
  for (const {network, threads, turns} of wrong) {
    console.error(`${network}, ${threads} threads: densecrf is off by ${turns.ours.difference}`);
  }
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

if (options.help) console.log(usage);
else await main();
