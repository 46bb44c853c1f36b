import {readFileSync} from 'node:fs';
import {availableParallelism, cpus, release, totalmem, type} from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpuModel(),
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release().replace(/-.*/, '')} ${process.arch}`,
    node: process.versions.node,
  };
}

/** A /proc/self/status figure in MiB, such as VmHWM, the greatest resident set so far; NaN where there is no /proc. */
export function processMemory(figure: 'VmHWM' | 'VmRSS'): number {
  try {
    const line = new RegExp(`${figure}:\\s*(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8'));
    return Number(line?.[1] ?? NaN) / 1024;
  } catch {
    return NaN;
  }
}

function cpuModel(): string {
  const model = cpus()[0]?.model.trim() ?? '';
  return model === '' ? `an unnamed ${process.arch} processor` : model;
}
