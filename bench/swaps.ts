// npm run bench:swaps: every kernel that accelerate() replaces, plain beside native. Writes sections of docs/benchmarks.md.
import {writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {makeTfjsNode} from '../scripts/tfjs-node.mjs';
import {concurrency} from '../src/index.ts';
import {writeSection} from './lib/document.ts';
import {reportHead} from './lib/head.ts';
import {WorkerProcess} from './lib/worker-process.ts';
import {cases} from './swaps/cases.ts';
import {type Report, type Run, slowerKernels, toMarkdown} from './swaps/report.ts';
import type {Duel} from './swaps/rivals.ts';

const usage = `npm run bench:swaps -- [options]
  --backend NAME   cpu, wasm or tensorflow (default: all of them)
  --only REGEX     only kernels whose name matches
  --threads 1,2    thread counts
  --rounds N       rounds in which both forms take turns (default 5)
  --json FILE      write every figure, all samples included
  --no-docs        leave docs/benchmarks.md alone, as a run with --only does`;

const {values: options} = parseArgs({
  options: {
    backend: {type: 'string', default: 'cpu,wasm,tensorflow'},
    only: {type: 'string', default: ''},
    threads: {type: 'string', default: concurrency() > 1 ? '1,2' : '1'},
    rounds: {type: 'string', default: '5'},
    json: {type: 'string'},
    'no-docs': {type: 'boolean', default: false},
    help: {type: 'boolean', default: false},
  },
});
const rounds = Number(options.rounds);

const packages: Readonly<Record<string, string>> = {
  cpu: '@tensorflow/tfjs-backend-cpu',
  wasm: '@tensorflow/tfjs-backend-wasm',
  tensorflow: '@tensorflow/tfjs-node',
};

/** More than that, in units of the result's root mean square, is a wrong result. */
const WRONG = 1e-3;

function isDuel(value: unknown): value is Duel {
  return typeof value === 'object' && value !== null && 'plain' in value && 'native' in value;
}

/** A process for each number of threads, because TensorFlow reads it once. */
function startWorker(backend: string, threads: number): WorkerProcess {
  const count = String(threads);
  const limits = {OMP_NUM_THREADS: count, TF_NUM_INTRAOP_THREADS: count, TF_NUM_INTEROP_THREADS: '1'};
  const program = fileURLToPath(new URL('swaps/worker.ts', import.meta.url));
  const args = ['--expose-gc', '--import=tsx', program, backend, count];
  const env = {...process.env, ...limits, TF_CPP_MIN_LOG_LEVEL: '2'};
  return new WorkerProcess(`${backend} with ${count} threads`, process.execPath, args, env);
}

async function measure(backend: string, threads: number): Promise<Run> {
  const worker = startWorker(backend, threads);
  const kernels = new Set(cases.map(({kernel}) => kernel).filter(name => new RegExp(options.only).test(name)));
  const duels: Duel[] = [];
  for (const kernel of kernels) {
    const {duels: measured} = await worker.ask({kernel, rounds});
    if (Array.isArray(measured)) duels.push(...measured.filter(isDuel));
  }
  await worker.close();
  for (const {kernel, title, difference} of duels.filter(duel => !(duel.difference < WRONG))) {
    console.error(`${backend}, ${kernel} ${title}: the native form is off by ${difference} from the plain one`);
  }
  return {backend, threads, duels};
}

function versionOf(backend: string): string {
  const name = packages[backend] ?? '';
  const from = backend === 'tensorflow' ? `${makeTfjsNode()}/package.json` : import.meta.url;
  const manifest: unknown = createRequire(from)(`${name}/package.json`);
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? `${name} ${String(manifest.version)}` : name; // prettier-ignore
}

async function report(backend: string): Promise<Report> {
  const peer = versionOf(backend);
  const runs: Run[] = [];
  for (const threads of options.threads.split(',').map(Number)) runs.push(await measure(backend, threads));
  return {...reportHead(), peer, rounds, runs};
}

async function main(): Promise<void> {
  const reports: Report[] = [];
  for (const backend of options.backend.split(',')) {
    try {
      const made = await report(backend);
      const markdown = toMarkdown(made);
      console.log(`${markdown}\nSlower as native kernels: ${slowerKernels(made.runs).join(', ') || 'none'}\n`);
      reports.push(made);
      if (options.only !== '' || options['no-docs']) continue;
      writeSection(new URL('../docs/benchmarks.md', import.meta.url), `bench:swaps ${backend}`, markdown);
    } catch (error) {
      console.log(`Without ${backend}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(reports, undefined, 2));
}

if (options.help) console.log(usage);
else await main();
