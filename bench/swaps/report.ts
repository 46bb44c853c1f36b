import {table} from '../lib/document.ts';
import {machineText, type ReportHead} from '../lib/head.ts';
import {median, short} from '../lib/statistics.ts';
import type {Duel, Form} from './rivals.ts';

/** A backend with so many threads. */
export interface Run {
  readonly backend: string;
  readonly threads: number;
  readonly duels: readonly Duel[];
}

export interface Report extends ReportHead {
  readonly peer: string;
  readonly rounds: number;
  readonly runs: readonly Run[];
}

/** The plain kernel's time by the native one's. */
export function ratioOf({plain, native}: Duel): number {
  return median(plain) / median(native);
}

function figures(duel: Duel | undefined): string[] {
  if (duel === undefined) return ['-', '-', '-'];
  return [short(median(duel.plain)), short(median(duel.native)), `${ratioOf(duel).toFixed(2)} x`];
}

function duelTable(runs: readonly Run[], neighbours: Form): string {
  const [first] = runs;
  const own = first?.duels.filter(duel => duel.neighbours === neighbours) ?? [];
  const heads = runs.flatMap(({threads}) => [`plain, ${threads}T`, `native, ${threads}T`, '']);
  const body = own.map(({kernel, title}) => {
    const isSame = (duel: Duel): boolean =>
      duel.kernel === kernel && duel.title === title && duel.neighbours === neighbours;
    return [`${kernel}: ${title}`, ...runs.flatMap(({duels}) => figures(duels.find(isSame)))];
  });
  return table([['ms', ...heads], ...body]);
}

/** The section of a backend. */
export function toMarkdown({date, machine, densecrf, isa, peer, rounds, runs}: Report): string {
  const backend = runs[0]?.backend ?? '';
  const isApart = runs.some(({duels}) => duels.some(({neighbours}) => neighbours === 'plain'));
  const between = isApart ? ', between native kernels' : '';
  const apart = `
Between TensorFlow's own kernels, which hand their results to a native kernel as a copy:

${duelTable(runs, 'plain')}`;
  return `## Kernel by kernel: backend ${backend}${between}

Measured on ${date} with \`npm run bench:swaps -- --backend ${backend}\`: each kernel that \`accelerate('${backend}')\` replaces, beside its native form.

- ${machineText(machine)}
- densecrf ${densecrf}, instruction set ${isa}; ${peer}${backend === 'tensorflow' ? '' : ', which has one thread in Node.js'}
- The layer before, a native kernel, makes the inputs anew for each run; the time is that of the kernel and of a native kernel behind it
  that looks at the result. Both forms take turns in one process, ${rounds} rounds of up to 12 runs; medians. A column without a name is
  plain by native: above 1 x the native form is faster.${backend === 'cpu' ? ' Convolutions that take the cpu backend many seconds are left out.' : ''}

${duelTable(runs, 'native')}
${isApart ? apart : ''}`;
}

/** Kernels whose native form is slower in the geometric mean over their cases and thread counts. */
export function slowerKernels(runs: readonly Run[]): string[] {
  const duels = runs.flatMap(run => run.duels).filter(({neighbours}) => neighbours === 'native');
  const kernels = [...new Set(duels.map(({kernel}) => kernel))];
  return kernels.filter(name => {
    const own = duels.filter(({kernel}) => kernel === name);
    return own.reduce((sum, duel) => sum + Math.log(ratioOf(duel)), 0) < 0;
  });
}
