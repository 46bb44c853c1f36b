import {table} from '../lib/document.ts';
import {machineText, type ReportHead} from '../lib/head.ts';
import {short} from '../lib/statistics.ts';
import type {Times, Turns} from '../ops/answer.ts';
import type {KernelTime} from './trace.ts';

/** One network with so many threads. */
export interface Row {
  readonly network: string;
  readonly threads: number;
  readonly turns: Turns;
  readonly profile: readonly KernelTime[];
}

export interface Report extends ReportHead {
  /** Names with versions. */
  readonly peers: readonly string[];
  readonly rounds: number;
  readonly rows: readonly Row[];
}

const names = (rows: readonly Row[]): string[] => [
  ...new Set(rows.flatMap(({turns}) => turns.peers.map(({name}) => name))),
];

function timeOf(row: Row, name: string): Times | undefined {
  return row.turns.peers.find(peer => peer.name === name);
}

/** Another's time by ours; NaN where there is none. */
export function ratioTo(row: Row, name: string): number {
  return (timeOf(row, name)?.median ?? NaN) / row.turns.ours.median;
}

function cell(row: Row, name: string): string {
  const times = timeOf(row, name);
  return times === undefined ? '-' : `${short(times.median)} (${ratioTo(row, name).toFixed(2)} x)`;
}

function times(rows: readonly Row[]): string {
  const peers = names(rows);
  const body = rows.map(row => [
    row.network,
    `**${short(row.turns.ours.median)}**`,
    ...peers.map(name => cell(row, name)),
    Math.max(0, ...[row.turns.ours].map(({difference}) => difference)).toExponential(1),
  ]);
  return table([['ms', 'densecrf', ...peers, 'difference / rms'], ...body]);
}

function profileTable({profile}: Row): string {
  const total = profile.reduce((sum, {ms}) => sum + ms, 0);
  const body = profile
    .filter(({ms}) => ms > total / 1000)
    .map(({kernel, calls, ms}) => [kernel, String(calls), ms.toFixed(2), `${((100 * ms) / total).toFixed(1)} %`]);
  return table([['kernel', 'calls', 'ms', 'share'], ...body]);
}

function section(report: Report, threads: number): string {
  const rows = report.rows.filter(row => row.threads === threads);
  const title = `${threads} thread${threads === 1 ? '' : 's'}`;
  const profiles = rows.map(row => `${row.network}:\n\n${profileTable(row)}`).join('\n\n');
  return `### ${title}\n\n${times(rows)}\n\nWhere densecrf's time goes, with ${title}:\n\n${profiles}`;
}

/** The page's section, which is also what the terminal shows. */
export function toMarkdown(report: Report): string {
  const {machine, peers, rows} = report;
  const counts = [...new Set(rows.map(({threads}) => threads))];
  return `## Whole networks in TensorFlow.js

Measured on ${report.date} with \`npm run bench:models\`.

- ${machineText(machine)}
- densecrf ${report.densecrf}, instruction set ${report.isa}, backend \`densecrf\`, graphs through its \`loadGraphModel\`
- Peers: ${peers.join(', ')}. "rewritten" runs what densecrf's \`loadGraphModel\` made of the graph, "accelerated" the graph as it
  is with \`accelerate('tensorflow')\`; the others the graph as it is. wasm has one thread in Node.js. ONNX Runtime runs the layers of the
  graph as it was published, written as a model of its own, channels first; a layer between SpaceToBatch and BatchToSpace as the
  dilated one that it is, the label map at the end left out.
- One picture of 513 x 513 pixels; a run ends with the values of all outputs in JavaScript: densecrf's borrowed (\`borrow\`) until the
  next run, as ONNX Runtime writes them into an array that it is given once; those of TensorFlow.js's own backends, and of
  "densecrf, dataSync", in new arrays each time. All take turns in one process: in each of
  ${report.rounds} rounds garbage is collected, then a contender pauses 60 ms, runs once untimed and three times timed; times are
  medians, in brackets as multiples of densecrf's. "difference" is the largest between densecrf's result and that of the first peer, by its root mean square.

${counts.map(threads => section(report, threads)).join('\n\n')}
`;
}

/** The heart of it, for the README, with the most threads; what peers make of the rewritten graph is left to the page. */
export function toSummary({rows, machine, date, peers}: Report): string {
  const most = Math.max(...rows.map(({threads}) => threads));
  const columns = names(rows).filter(name => !name.includes(','));
  const body = rows
    .filter(({threads}) => threads === most)
    .map(row => [row.network, `**${short(row.turns.ours.median)}**`, ...columns.map(name => cell(row, name))]);
  return `${table([['ms, 513 x 513 pixels', 'densecrf', ...columns], ...body])}

Medians, densecrf through its \`loadGraphModel\`, the others with the graph as it was published; in brackets, multiples of densecrf's time. With the graph
that densecrf makes of it, and accelerated, the peers stand in [the benchmarks](docs/benchmarks.md#whole-networks-in-tensorflowjs). ${machine.cpu}, ${most} threads; ${peers.join(', ')}; ${date}.`;
}

/** One line for the terminal while the others are measured. */
export function summary(row: Row): string {
  const peers = row.turns.peers.map(({name}) => `${name} ${cell(row, name)}`);
  return `${row.network}, ${row.threads}T: ${[`densecrf ${short(row.turns.ours.median)}`, ...peers].join(', ')} ms`;
}
