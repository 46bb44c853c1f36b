// npm run bench:crf: densecrf and pydensecrf in turns on the same arrays. Writes docs/benchmarks.md and README.md's table.
import {writeFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import {concurrency, simd} from '../src/index.ts';
import {type Contender, ownContender, peerContender} from './crf/contender.ts';
import {fromPhotograph, fromVoc} from './crf/inputs.ts';
import {type Effort, type Inputs, measure, type Result} from './crf/measure.ts';
import {measureOptions, type OptionResult} from './crf/options.ts';
import {findPeer} from './crf/peer.ts';
import {photographs} from './crf/picture.ts';
import {type Report, summary, toMarkdown, toSummary} from './crf/report.ts';
import {type Workload, workloads} from './crf/workload.ts';
import {writeSection} from './lib/document.ts';
import {reportHead} from './lib/head.ts';

const usage = `npm run bench:crf -- [options]
  --json FILE      write every figure, all samples included
  --threads 1,2    thread counts of densecrf
  --only TEXT      only workloads whose size or name contains TEXT
  --processes N    processes for each contender (default 2)
  --runs N         turns in each process after the first (default 3)
  --no-peer        without pydensecrf
  --no-docs        leave docs/benchmarks.md and README.md alone`;

const iterations = 10;
/** Photographs as large as this and larger are measured on one picture. */
const manyPoints = 1e6;

const {values: options} = parseArgs({
  options: {
    json: {type: 'string'},
    threads: {type: 'string', default: concurrency() > 1 ? '1,2' : '1'},
    only: {type: 'string', default: ''},
    processes: {type: 'string', default: '2'},
    runs: {type: 'string', default: '3'},
    'no-peer': {type: 'boolean', default: false},
    'no-docs': {type: 'boolean', default: false},
    help: {type: 'boolean', default: false},
  },
});

async function inputsOf(workload: Workload): Promise<Inputs[]> {
  const all = photographs();
  const chosen = workload.width * workload.height < manyPoints ? all : all.slice(0, 1);
  const made = await Promise.all(chosen.map(photograph => fromPhotograph(photograph, workload)));
  const real = await fromVoc(workload);
  return real === undefined ? made : [real, ...made];
}

async function bench(contenders: readonly Contender[], effort: Effort): Promise<Result[]> {
  const results: Result[] = [];
  for (const workload of workloads) {
    if (!`${workload.width}x${workload.height}, ${workload.name}`.includes(options.only)) continue;
    for (const inputs of await inputsOf(workload)) {
      const result = await measure(workload, inputs, contenders, iterations, effort);
      console.log(summary(result));
      results.push(result);
    }
  }
  return results;
}

async function benchIsas(effort: Effort): Promise<Result | undefined> {
  const [workload] = workloads;
  const [inputs] = workload === undefined ? [] : await inputsOf(workload);
  if (workload === undefined || inputs === undefined) return undefined;
  const contenders = simd().available.map(isa => ownContender(1, isa));
  return measure(workload, inputs, contenders, iterations, effort);
}

/** One workload with a small and one with a large lattice. */
async function benchOptions(runs: number): Promise<OptionResult[]> {
  const chosen = workloads.filter(({name}) => /^21 labels, (80.13|67.3).*3.3$/.test(name));
  const results: OptionResult[] = [];
  for (const workload of chosen) {
    const [inputs] = await inputsOf(workload);
    if (inputs !== undefined) results.push(measureOptions(workload, inputs, iterations, runs));
  }
  return results;
}

async function main(): Promise<void> {
  const peer = options['no-peer'] ? 'left out on request' : findPeer();
  if (typeof peer === 'string') console.log(`Without pydensecrf: ${peer}. These are densecrf's figures alone.`);
  const ours = options.threads.split(',').map(threads => ownContender(Number(threads)));
  const effort = {processes: Number(options.processes), runs: Number(options.runs)};
  const report: Report = {
    ...reportHead(),
    peer: typeof peer === 'string' ? `none (${peer})` : `pydensecrf ${peer.version} from PyPI, ${peer.versions}`,
    iterations,
    effort,
    results: await bench(typeof peer === 'string' ? ours : [peerContender(peer), ...ours], effort),
    isas: await benchIsas(effort),
    options: await benchOptions(effort.runs),
  };
  const markdown = toMarkdown(report);
  console.log(`\n${markdown}`);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(report, undefined, 2));
  if (options['no-docs']) return;
  writeSection(new URL('../docs/benchmarks.md', import.meta.url), 'bench:crf', markdown);
  if (options.only === '') writeSection(new URL('../README.md', import.meta.url), 'bench:crf', toSummary(report));
}

if (options.help) console.log(usage);
else await main();
