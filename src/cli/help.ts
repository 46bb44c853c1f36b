import type {Option, OptionTable} from './options.ts';

/** Options that belong together, under a heading. */
export interface OptionGroup {
  readonly title: string;
  readonly options: OptionTable;
}

const COLUMN = 34;
const WIDTH = 100;

/** The help of a command: how to call it, then its options. */
export function formatHelp(
  usage: readonly string[],
  groups: readonly OptionGroup[],
  notes: readonly string[] = [],
): string {
  const sections = groups.map(({title, options}) => [`${title}:`, ...Object.entries(options).flatMap(describe), '']);
  return [...usage, '', ...sections.flat(), ...notes].join('\n').trimEnd();
}

function describe([name, {short, value, help}]: [string, Option]): string[] {
  const flag = `  ${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`;
  const lines = wrap(help, WIDTH - COLUMN).map(line => ' '.repeat(COLUMN) + line);
  if (flag.length >= COLUMN - 1) return [flag, ...lines];
  return [flag.padEnd(COLUMN) + (lines[0] ?? '').trimStart(), ...lines.slice(1)];
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
}
