// npm run bench:ops: convolutions beside oneDNN, XNNPACK, ONNX Runtime and TensorFlow.js. Writes a section of docs/benchmarks.md.
import {writeFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import {concurrency} from '../src/index.ts';
import {writeSection} from './lib/document.ts';
import {reportHead} from './lib/head.ts';
import type {WorkerProcess} from './lib/worker-process.ts';
import {turnsOf} from './ops/answer.ts';
import {startNative} from './ops/native.ts';
import {NodeHalf} from './ops/node.ts';
import {fallsShort, type Peaks, type Row, summary, toMarkdown} from './ops/report.ts';
import {type Shape, shapes} from './ops/shapes.ts';

const usage = `npm run bench:ops -- [options]
  --json FILE      write every figure, all samples included
  --only REGEX     only shapes whose name matches
  --threads 1,2    thread counts
  --runs N         rounds in which all take turns (default 5)
  --isa NAME       avx512, avx2 or baseline, forced on densecrf and oneDNN; XNNPACK and the peers in Node.js have no
                   switch and are left out
  --no-peer        densecrf alone, natively
  --no-docs        leave docs/benchmarks.md alone, as everything but a whole run does`;

const {values: options} = parseArgs({
  options: {
    json: {type: 'string'},
    only: {type: 'string', default: ''},
    threads: {type: 'string', default: concurrency() > 1 ? '1,2' : '1'},
    runs: {type: 'string', default: '5'},
    isa: {type: 'string'},
    'no-peer': {type: 'boolean', default: false},
    'no-docs': {type: 'boolean', default: false},
    help: {type: 'boolean', default: false},
  },
});
const rounds = Number(options.runs);

/** More than that, in units of the result's root mean square, is a wrong result. */
const WRONG = 1e-3;

async function namesOf(worker: WorkerProcess): Promise<string[]> {
  const {names} = await worker.ask({do: 'names'});
  // The first is densecrf.
  return Array.isArray(names) ? names.slice(1).map(String) : [];
}

async function peaksOf(native: WorkerProcess, threads: number): Promise<Peaks> {
  const {flops, bandwidth} = await native.ask({do: 'peaks', threads});
  return {threads, flops: Number(flops), bandwidth: Number(bandwidth)};
}

async function measure(
  shape: Shape,
  threads: number,
  native: WorkerProcess,
  node: NodeHalf | undefined,
): Promise<Row | undefined> {
  const request = {do: 'measure', runs: rounds, threads, ...shape};
  const turns = turnsOf(await native.ask(request));
  const hasNode = node !== undefined && shape.pass === 'forward';
  const inNode = hasNode ? turnsOf(await node.worker(threads).ask(request)) : undefined;
  return turns && {shape, threads, native: turns, node: inNode};
}

/** What differs from its reference by more than rounding can explain. */
function wrongResults(rows: readonly Row[]): string[] {
  return rows.flatMap(({shape, native, node}) =>
    [native, ...(node === undefined ? [] : [node])]
      .flatMap(({ours, peers}) => [ours, ...peers])
      .filter(({difference}) => !(difference < WRONG))
      .map(({name, difference}) => `${shape.name}: ${name} is off by ${difference}`),
  );
}

async function main(): Promise<void> {
  const {isa} = options;
  const chosen = shapes.filter(({name}) => new RegExp(options.only).test(name));
  const counts = options.threads.split(',').map(Number);
  const native = startNative(!options['no-peer'], isa);
  const node = options['no-peer'] || isa !== undefined ? undefined : new NodeHalf();
  const peaks: Peaks[] = [];
  const rows: Row[] = [];
  for (const threads of counts) peaks.push(await peaksOf(native, threads));
  for (const shape of chosen) {
    for (const threads of counts) {
      const row = await measure(shape, threads, native, node);
      console.log(row === undefined ? `${shape.name}: not yet` : summary(row));
      if (row !== undefined) rows.push(row);
    }
  }
  const peers = {
    native: await namesOf(native),
    node: node === undefined ? [] : await namesOf(node.worker(counts[0] ?? 1)),
  };
  await native.close();
  await node?.close();
  const report = {
    ...reportHead(isa),
    isForced: isa !== undefined,
    peaks,
    peers,
    rounds,
    rows,
  };
  const markdown = toMarkdown(report);
  console.log(`\n${markdown}`);
  if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(report, undefined, 2));
  const isWhole = options.only === '' && !options['no-peer'];
  if (isWhole && !options['no-docs']) {
    const name = isa === undefined ? 'bench:ops' : `bench:ops ${isa}`;
    writeSection(new URL('../docs/benchmarks.md', import.meta.url), name, markdown);
  }
  for (const row of rows.filter(row => fallsShort(row))) console.log(`below what is needed: ${summary(row)}`);
  const wrong = wrongResults(rows);
  for (const line of wrong) console.error(line);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}

if (options.help) console.log(usage);
else await main();
