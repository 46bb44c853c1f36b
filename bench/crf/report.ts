import {table} from '../lib/document.ts';
import {machineText, type ReportHead} from '../lib/head.ts';
import {short} from '../lib/statistics.ts';
import type {Aspect, Figures} from './contender.ts';
import type {Agreement, Effort, Result} from './measure.ts';
import type {OptionResult} from './options.ts';

/** What was measured, with everything that a reader needs to judge it. */
export interface Report extends ReportHead {
  /** The peer's versions, or why there is none. */
  readonly peer: string;
  readonly iterations: number;
  readonly effort: Effort;
  readonly results: readonly Result[];
  /** One workload with each instruction set, one thread. */
  readonly isas: Result | undefined;
  readonly options: readonly OptionResult[];
}

const isPeer = ({threads}: Figures): boolean => threads === 0;

function difference({maxDifference}: Pick<Agreement, 'maxDifference'>): string {
  return maxDifference === 0 ? '0' : maxDifference.toExponential(1);
}

function sizeAndName({workload, picture}: Pick<Result, 'workload' | 'picture'>): string {
  return `${workload.width}x${workload.height}, ${workload.name}, ${picture}`;
}

function ratio(result: Result, figures: Figures, aspect: Aspect, of: 'median' | 'min' = 'median'): string {
  const peer = result.figures.find(isPeer);
  return peer === undefined ? '-' : `${(peer[aspect][of] / figures[aspect][of]).toFixed(2)} x`;
}

/** Medians of every contender, and how many times faster than the peer each of ours is. */
function times(results: readonly Result[], aspect: Aspect): string {
  const names = results[0]?.figures.flatMap(each => (isPeer(each) ? [each.name] : [each.name, 'ratio'])) ?? [];
  const rows = results.map(result => [
    sizeAndName(result),
    ...result.figures.flatMap(each => {
      const ms = short(each[aspect].median);
      return isPeer(each) ? [ms] : [ms, ratio(result, each, aspect)];
    }),
  ]);
  return table([['ms', ...names], ...rows]);
}

/** As `times` gives the ratios, of the least time that each contender ever took. */
function leastRatios(results: readonly Result[]): string {
  const ours = (result: Result): Figures[] => result.figures.filter(each => !isPeer(each));
  const aspects = [
    ['new object', 'warm'],
    ['next frame', 'frame'],
  ] as const;
  const names = aspects.flatMap(([name]) =>
    results
      .slice(0, 1)
      .flatMap(ours)
      .map(each => `${name}, ${each.name}`),
  );
  const rows = results.map(result => [
    sizeAndName(result),
    ...aspects.flatMap(([, aspect]) => ours(result).map(each => ratio(result, each, aspect, 'min'))),
  ]);
  return table([['', ...names], ...rows]);
}

function memory(results: readonly Result[]): string {
  const names = results[0]?.figures.flatMap(({name}) => [name, 'above its inputs']) ?? [];
  const rows = results.map(result => [
    sizeAndName(result),
    ...result.figures.flatMap(({peakMiB, loadedMiB}) => [short(peakMiB), short(peakMiB - loadedMiB)]),
  ]);
  return table([['MiB', ...names], ...rows]);
}

function accuracy(results: readonly Result[]): string {
  const rows = results.map(result => [
    sizeAndName(result),
    result.vertices.join(' and '),
    ...result.agreement.flatMap(({maxDifference, sameLabel}) => [
      difference({maxDifference}),
      `${(100 * sameLabel).toFixed(4)} %`,
    ]),
  ]);
  const names = results[0]?.figures
    .filter(each => !isPeer(each))
    .flatMap(({name}) => [`max dQ, ${name}`, 'same label']);
  const head = ['', 'vertices', ...(results[0]?.agreement.length ? (names ?? []) : [])];
  return table([head, ...rows]);
}

function latency(results: readonly Result[]): string {
  const rows = results.flatMap(result =>
    result.figures
      .filter(each => !isPeer(each))
      .map((figures, i) => {
        const {p50 = NaN, p99 = NaN, maximum = NaN} = result.latency[i] ?? {};
        return [`${sizeAndName(result)}, ${figures.name}`, ...[p50, p99, maximum].map(short)];
      }),
  );
  return table([['ms between ticks of a 1 ms timer', 'median', '99th percentile', 'maximum'], ...rows]);
}

function instructionSets(result: Result): string {
  const rows = result.figures.map(({name, warm}) => [name, short(warm.median)]);
  return `### Instruction sets

${sizeAndName(result)}: a new object in a process that has run before.

${table([['', 'ms'], ...rows])}`;
}

function options(results: readonly OptionResult[]): string {
  const sections = results.map(result => {
    const plain = result.variants[0]?.ms.median ?? NaN;
    const rows = result.variants.map(({name, ms, agreement}) => [
      name,
      short(ms.median),
      `${(plain / ms.median).toFixed(2)} x`,
      difference(agreement),
      `${(100 * agreement.sameLabel).toFixed(4)} %`,
    ]);
    return `${sizeAndName(result)}:\n\n${table([['', 'ms', 'faster', 'max dQ', 'same label'], ...rows])}`;
  });
  return `### Options that trade numbers for time

Off by default. One thread, inference alone on an object whose lattices stand; differences are from the result without options.

${sections.join('\n\n')}`;
}

/** The page's section, which is also what the terminal shows. */
export function toMarkdown(report: Report): string {
  const {machine, effort, results} = report;
  return `## The dense CRF

Measured on ${report.date} with \`npm run bench:crf\`.

- ${machineText(machine)}
- densecrf ${report.densecrf}, instruction set ${report.isa}
- Peer: ${report.peer}
- ${report.iterations} iterations; times are medians in ms, end to end: the object, its energies and terms, the lattices, inference.
  Each contender runs in processes of its own (${effort.processes} each), all take turns on the same arrays
  (${effort.runs} turns a process), and each gets the arrays in the layout that it works in. The conversion of pydensecrf's
  result to a NumPy array is not counted, densecrf's result is complete. Above 1 x is faster than pydensecrf.
- A workload is named by labels and by sigma xy / sigma rgb / weight of the bilateral and sigma xy / weight of the Gaussian term.

### A new object in a process that has run before

${times(results, 'warm')}

### The first object of a fresh process

${times(results, 'cold')}

### The next frame: the same object and picture, new energies

Both keep their lattices.

${times(results, 'frame')}

### By the least times

What else the machine does can only add to a time. These are the ratios of the least time of each contender.

${leastRatios(results)}

### The part that does not depend on the iterations

The object, its energies, terms and lattices.

${times(results, 'build')}

### Peak memory of the whole process

In the first run. Each process holds the picture and the energies, in the column "above its inputs" they and the language's
runtime are taken off.

${memory(results)}

### The same numbers?

${accuracy(results)}

### The event loop meanwhile

Ticks of a 1 ms timer during \`await crf.inference()\`, lattices included.

${latency(results)}

${report.isas === undefined ? '' : instructionSets(report.isas)}

${options(report.options)}`;
}

/** The heart of it, for the README: one picture of each workload. */
export function toSummary(report: Report): string {
  const isFirst = (result: Result): boolean =>
    report.results.find(({workload}) => workload === result.workload) === result;
  return `${times(report.results.filter(isFirst), 'warm')}

${report.machine.cpu}, ${report.iterations} iterations, lattices included; ${report.date}.`;
}

/** One line for the terminal while the others are measured. */
export function summary(result: Result): string {
  const times = result.figures.map(each => {
    const factor = isPeer(each) ? '' : ` (${ratio(result, each, 'warm')})`;
    return `${each.name} ${short(each.warm.median)} ms${factor}`;
  });
  return `${sizeAndName(result)}: ${times.join(', ')}`;
}
