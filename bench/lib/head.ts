import {simd, versions} from '../../src/index.ts';
import {describeMachine, type Machine} from './machine.ts';

/** What every report begins with: when, where and what was measured. */
export interface ReportHead {
  readonly date: string;
  readonly machine: Machine;
  readonly densecrf: string;
  readonly isa: string;
}

/** As of now. */
export function reportHead(isa = simd().active): ReportHead {
  return {date: new Date().toISOString().slice(0, 10), machine: describeMachine(), densecrf: versions.densecrf, isa};
}

/** The machine as a line of a report says it. */
export function machineText({cpu, cores, memoryGiB, system, node}: Machine): string {
  return `Machine: ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, Node.js ${node}`;
}
