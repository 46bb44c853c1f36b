// pydensecrf in a virtual environment of its own below build/.
import {spawnSync} from 'node:child_process';
import {existsSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

export interface Peer {
  readonly python: string;
  readonly version: string;
  /** Of Python and of the packages. */
  readonly versions: string;
}

const folder = fileURLToPath(new URL('../../build/pydensecrf-venv', import.meta.url));
const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

// Its sdist carries C++ that an old Cython made, which Python >= 3.11 cannot compile, and sources that Cython 3 rejects:
// so Cython 0.29 has to make that C++ anew.
const install: readonly (readonly string[])[] = [
  ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', 'cython<3', 'setuptools<81', 'wheel', 'numpy'],
  ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-build-isolation', 'pydensecrf==1.0rc3'],
];

const report = `
import platform, numpy, pydensecrf.densecrf
from importlib.metadata import version
print(version("pydensecrf"), "Python " + platform.python_version() + ", NumPy " + numpy.__version__, sep="\\n")`;

function run(program: string, args: readonly string[]): {succeeded: boolean; output: string} {
  const {status, stdout, stderr, error} = spawnSync(program, args, {
    encoding: 'utf8',
    env: {...process.env, CYTHON_FORCE_REGEN: '1'},
  });
  if (error !== undefined) return {succeeded: false, output: error.message};
  return {succeeded: status === 0, output: status === 0 ? stdout : stderr};
}

function installed(): Peer | undefined {
  const {succeeded, output} = existsSync(python) ? run(python, ['-c', report]) : {succeeded: false, output: ''};
  const [version, versions] = output.split('\n');
  return succeeded && version !== undefined && versions !== undefined ? {python, version, versions} : undefined;
}

/** pydensecrf, installed if it is not yet; a text that says why it cannot be had. */
export function findPeer(): Peer | string {
  const found = installed();
  if (found !== undefined) return found;
  console.log('Installing pydensecrf into build/pydensecrf-venv ...');
  rmSync(folder, {recursive: true, force: true});
  const host = ['python3', 'python'].find(name => run(name, ['-c', 'import venv']).succeeded);
  if (host === undefined) return 'there is no Python 3 with the module venv';
  const made = run(host, ['-m', 'venv', folder]);
  if (!made.succeeded) return `python -m venv failed: ${lastLine(made.output)}`;
  for (const args of install) {
    const {succeeded, output} = run(python, args);
    if (!succeeded) return `pip failed (it needs a network and a C++ compiler): ${lastLine(output)}`;
  }
  return installed() ?? 'it does not import after its installation';
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
