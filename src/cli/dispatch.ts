import {messageOf} from '../io/files.ts';
import {versions} from '../runtime.ts';
import {build} from './build.ts';
import {info} from './info.ts';
import {refineCommand} from './refine.ts';
import {segmentCommand} from './segment.ts';
import {suggestion} from './suggest.ts';
import {FAILED, OK, WRONG_USAGE} from './terminal.ts';
import type {Command, Terminal} from './terminal.ts';
import {UsageError} from './usage-error.ts';

const COMMANDS: Readonly<Record<string, Command>> = {
  refine: refineCommand,
  segment: segmentCommand,
  info,
  build,
};

/**
 * Runs one command line.
 *
 * @param argv what follows `densecrf`
 * @returns the exit code: 0 all good, 1 something failed, 2 the command line or, of `segment`, a file is wrong
 */
export async function dispatch(argv: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await run(argv, terminal);
  } catch (error) {
    terminal.stderr.write(`densecrf: ${messageOf(error)}\n`);
    if (!(error instanceof UsageError)) return FAILED;
    const command = COMMANDS[argv[0] ?? ''] ? ` ${argv[0]}` : '';
    terminal.stderr.write(`Try densecrf${command} --help\n`);
    return WRONG_USAGE;
  }
}

async function run([name, ...rest]: readonly string[], terminal: Terminal): Promise<number> {
  if (name === undefined) throw new UsageError('Expected a command');
  if (name === '--version' || name === '-v') return print(terminal, versions.densecrf);
  if (name === '--help' || name === '-h' || name === 'help') {
    return print(terminal, rest[0] === undefined ? overview() : find(rest[0]).help);
  }
  const command = find(name);
  return rest.includes('--help') || rest.includes('-h') ? print(terminal, command.help) : command.run(rest, terminal);
}

function find(name: string): Command {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command;
  const kind = name.startsWith('-') ? 'option' : 'command';
  throw new UsageError(`Unknown ${kind} ${name}${suggestion(name, [...Object.keys(COMMANDS), '--help', '--version'])}`);
}

function overview(): string {
  const commands = Object.entries(COMMANDS).map(([name, {summary}]) => `  ${name.padEnd(9)}${summary}`);
  return [
    'Sharpens segmentations with their pictures, by a dense CRF.',
    '',
    'Usage: densecrf COMMAND [OPTIONS]',
    '',
    ...commands,
    '',
    'densecrf COMMAND --help says more, densecrf --version which version this is.',
  ].join('\n');
}

function print({stdout}: Terminal, text: string): number {
  stdout.write(`${text}\n`);
  return OK;
}
