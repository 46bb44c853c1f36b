import {arch, availableParallelism, cpus, platform} from 'node:os';
import {loadSharp} from '../io/pictures.ts';
import {concurrency, simd, versions} from '../runtime.ts';
import {formatHelp} from './help.ts';
import {parseOptions} from './options.ts';
import {OK} from './terminal.ts';
import type {Command} from './terminal.ts';
import {UsageError} from './usage-error.ts';

const OPTIONS = {json: {help: 'print one JSON object'}};

/** `densecrf info`: what this machine computes with. */
export const info: Command = {
  summary: 'says versions, instruction sets and threads',
  help: formatHelp(['Usage: densecrf info [--json]'], [{title: 'Options', options: OPTIONS}]),

  async run(argv, {stdout}) {
    const options = parseOptions(argv, OPTIONS);
    if (options.positionals.length > 0) throw new UsageError(`Unexpected argument ${options.positionals[0]}`);
    const facts = await collect();
    stdout.write(`${options.has('json') ? JSON.stringify(facts) : describe(facts)}\n`);
    return OK;
  },
};

interface Facts {
  readonly versions: Readonly<Record<string, string>>;
  readonly platform: string;
  readonly cpu: string;
  readonly simd: {readonly active: string; readonly available: readonly string[]};
  readonly threads: number;
  readonly processors: number;
}

async function collect(): Promise<Facts> {
  return {
    versions: {...versions, sharp: await sharpVersion()},
    platform: `${platform()}-${arch()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    simd: simd(),
    threads: concurrency(),
    processors: availableParallelism(),
  };
}

function describe(facts: Facts): string {
  const rows: [string, string][] = [
    ...Object.entries(facts.versions),
    ['platform', facts.platform],
    ['processor', facts.cpu],
    ['instruction set', `${facts.simd.active} (of ${facts.simd.available.join(', ')})`],
    ['threads', `${facts.threads} (of ${facts.processors} processors)`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(17)}${value}`).join('\n');
}

async function sharpVersion(): Promise<string> {
  try {
    return (await loadSharp()).versions.sharp;
  } catch {
    return 'not installed';
  }
}
