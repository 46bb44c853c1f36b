import {table} from '../lib/document.ts';
import {machineText, type ReportHead} from '../lib/head.ts';
import {short} from '../lib/statistics.ts';
import {ratioOf, type Times, type Turns} from './answer.ts';
import {type Shape, workOf} from './shapes.ts';

/** What the machine can do at best, with so many threads at once. */
export interface Peaks {
  readonly threads: number;
  /** Operations and bytes a second. */
  readonly flops: number;
  readonly bandwidth: number;
}

/** One shape with so many threads. */
export interface Row {
  readonly shape: Shape;
  readonly threads: number;
  readonly native: Turns;
  /** Undefined where nobody in Node.js can do it. */
  readonly node: Turns | undefined;
}

export interface Report extends ReportHead {
  /** Whether its instruction set was asked for. */
  readonly isForced: boolean;
  readonly peaks: readonly Peaks[];
  /** Names with versions. */
  readonly peers: {readonly native: readonly string[]; readonly node: readonly string[]};
  readonly rounds: number;
  readonly rows: readonly Row[];
}

/** Nobody may be faster by more than that. */
const FLOOR = 0.95;

/** The smaller of the ratios of the two halves. */
export function ratio({native, node}: Row, of: 'median' | 'min' = 'median'): number {
  const halves = [native, ...(node === undefined ? [] : [node])];
  const ratios = halves.map(turns => ratioOf(turns, of)).filter(each => !Number.isNaN(each));
  return ratios.length === 0 ? NaN : Math.min(...ratios);
}

/** What the ratio must reach: nine tenths of what a prototype reached with one thread, eight with more. */
export function target({shape, threads}: Row): number {
  return Math.max(FLOOR, (threads === 1 ? 0.9 : 0.8) * (shape.reachable ?? 0));
}

/** Not met; without a peer there is nothing to meet. */
export function fallsShort(row: Row, of: 'median' | 'min' = 'median'): boolean {
  return ratio(row, of) < target(row);
}

const factor = (value: number): string => (Number.isNaN(value) ? '-' : `${value.toFixed(2)} x`);
const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;

function timeOf(times: Times | undefined): string {
  return times === undefined ? '-' : short(times.median);
}

function namesOf(turns: readonly Turns[]): string[] {
  return [...new Set(turns.flatMap(({peers}) => peers.map(({name}) => name)))];
}

/** densecrf's time, what it makes of the machine, every peer's time, the ratio and what it has to be. */
function nativeTable(rows: readonly Row[], peaks: Peaks): string {
  const names = namesOf(rows.map(({native}) => native));
  const head = [
    'ms',
    'densecrf',
    'GFLOP/s',
    'of the peak',
    'of bandwidth',
    ...names,
    'ratio',
    'of the least',
    'needed',
    '',
  ];
  const body = rows.map(row => {
    const {ours, peers} = row.native;
    const {flops, bytes} = workOf(row.shape);
    const seconds = ours.median / 1e3;
    return [
      row.shape.name,
      `**${timeOf(ours)}**`,
      short(flops / seconds / 1e9),
      percent(flops / seconds / peaks.flops),
      percent(bytes / seconds / peaks.bandwidth),
      ...names.map(name => timeOf(peers.find(peer => peer.name === name))),
      factor(ratioOf(row.native)),
      factor(ratioOf(row.native, 'min')),
      factor(target(row)),
      fallsShort(row) ? 'no' : 'yes',
    ];
  });
  return table([head, ...body]);
}

function nodeTable(rows: readonly Row[]): string {
  const measured = rows.flatMap(({shape, node}) => (node === undefined ? [] : [{shape, node}]));
  const names = namesOf(measured.map(({node}) => node));
  const body = measured.map(({shape, node}) => [
    shape.name,
    `**${timeOf(node.ours)}**`,
    ...names.map(name => timeOf(node.peers.find(peer => peer.name === name))),
    factor(ratioOf(node)),
  ]);
  return table([['ms', 'densecrf', ...names, 'ratio'], ...body]);
}

function agreement(rows: readonly Row[]): string {
  const names = namesOf(rows.map(({native}) => native));
  const head = ['maximum difference / rms', 'densecrf', 'its algorithm', ...names];
  const body = rows.map(({shape, native: {ours, peers}}) => [
    shape.name,
    exponential(ours.difference),
    ours.note,
    ...names.map(name => exponential(peers.find(peer => peer.name === name)?.difference ?? NaN)),
  ]);
  return table([head, ...body]);
}

const exponential = (value: number): string => (Number.isNaN(value) ? '-' : value.toExponential(1));

function section(report: Report, peaks: Peaks): string {
  const {threads, flops, bandwidth} = peaks;
  const rows = report.rows.filter(row => row.threads === threads);
  const reached = rows.filter(row => !fallsShort(row)).length;
  const reachedByLeast = rows.filter(row => !fallsShort(row, 'min')).length;
  const title = `${threads} thread${threads === 1 ? '' : 's'}`;
  const node = rows.some(row => row.node !== undefined)
    ? `\nIn Node.js, through \`densecrf/ops\`:\n\n${nodeTable(rows)}\n`
    : '';
  return `### ${title}

Multiply-adds ${(flops / 1e9).toFixed(0)} GFLOP/s, copying ${(bandwidth / 1e9).toFixed(1)} GB/s, both measured in the same run. ${reached} of ${rows.length} shapes reach what is needed, ${reachedByLeast} by the least times.

${nativeTable(rows, peaks)}
${node}`;
}

/** The page's section, which is also what the terminal shows. */
export function toMarkdown(report: Report): string {
  const {machine, peers, rows} = report;
  const least = Math.min(...rows.map(({threads}) => threads));
  const none = 'none';
  const [title, command] = report.isForced
    ? [`Convolutions with ${report.isa}`, `npm run bench:ops -- --isa ${report.isa}`]
    : ['Convolutions', 'npm run bench:ops'];
  return `## ${title}

Measured on ${report.date} with \`${command}\`.

- ${machineText(machine)}
- densecrf ${report.densecrf}, instruction set ${report.isa}
- Native peers, in one process with densecrf's core: ${peers.native.join(', ') || none}
- Peers in one Node.js process with \`densecrf/ops\`: ${peers.node.join(', ') || none}
- One picture, float32, padding SAME, bias and ReLU fused, weights packed beforehand. All take turns on the same arrays (natively
  on large pages, where the system has them): in each of ${report.rounds} rounds a contender pauses 60 ms, runs once untimed, and then for 30 ms; times are medians. Inputs and outputs have their
  channels last, apart from onnxruntime-node's, which gets and gives its own layout, channels first. oneDNN uses its fastest of
  direct, Winograd and automatic choice, on channels-last activations or on the layout that it asks for, conversions counted.
- GFLOP/s count what a direct computation needs on taps that do not fall into the padding: Winograd can pass 100 % of the peak.
  Bandwidth counts inputs, outputs and weights once.
- "ratio" is the best peer's time by densecrf's, "of the least" the same of the least times, which say more where others use the machine;
  "needed" what it has to reach: nine tenths of what a measured prototype reached (eight
  with more than one thread), and ${FLOOR} everywhere; the last column takes the smaller ratio of the native and the Node.js half.

${report.peaks.map(peaks => section(report, peaks)).join('\n')}
### The same numbers?

Each against the last peer of the row, natively.

${agreement(rows.filter(({threads}) => threads === least))}
`;
}

/** One line for the terminal while the others are measured. */
export function summary(row: Row): string {
  const {shape, threads, native, node} = row;
  const times = [native, ...(node === undefined ? [] : [node])].map(({ours, peers}) =>
    [ours, ...peers].map(each => `${each.name} ${short(each.median)}`).join(', '),
  );
  const verdict = Number.isNaN(ratio(row)) ? '' : ` ${factor(ratio(row))} of ${factor(target(row))}`;
  return `${shape.name}, ${threads}T:${verdict}${fallsShort(row) ? ' SHORT' : ''} | ${times.join(' | ')} ms`;
}
