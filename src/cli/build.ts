import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {formatHelp} from './help.ts';
import {parseOptions} from './options.ts';
import {FAILED, OK} from './terminal.ts';
import type {Command} from './terminal.ts';
import {UsageError} from './usage-error.ts';

/** `densecrf build`: for machines that no prebuilt binary fits. */
export const build: Command = {
  summary: 'compiles the native addon on this machine',
  help: formatHelp(
    ['Usage: densecrf build', '', 'Needs cmake 3.20 or newer and a C++20 compiler; says what is missing.'],
    [],
  ),

  async run(argv) {
    const [unexpected] = parseOptions(argv, {}).positionals;
    if (unexpected !== undefined) throw new UsageError(`Unexpected argument ${unexpected}`);
    const script = fileURLToPath(new URL('../../scripts/build-from-source.mjs', import.meta.url));
    const child = spawn(process.execPath, [script], {stdio: 'inherit'});
    await once(child, 'close');
    return child.exitCode === 0 ? OK : FAILED;
  },
};
