import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {root} from '../../scripts/run.mjs';

const hasNm = process.platform === 'linux' && spawnSync('nm', ['--version']).status === 0;
const folder = join(root, 'build/cpp/CMakeFiles');
const objects = existsSync(folder)
  ? readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(path => /^densecrf_kernels_.*\.o$/.test(path))
  : [];
const addon = join(root, 'build/Release/densecrf.node');

function nm(...args: string[]): string[] {
  const {status, stdout, stderr} = spawnSync('nm', ['--defined-only', ...args], {encoding: 'utf8'});
  if (status !== 0) throw new Error(stderr);
  return stdout.split('\n').filter(line => line !== '');
}

// Of several weak copies the linker keeps any one: a function of the standard library that was compiled for AVX-512
// would then run on every machine, and one that was compiled with contraction in the lattice.
(hasNm && objects.length > 0 ? test : test.skip)('kernels of every instruction set define no weak symbol', t => {
  for (const object of objects) {
    const weak = nm('-C', join(folder, object)).filter(line => /^\S* [VWuvw] /.test(line));
    t.deepEqual(weak, [], object);
  }
});

(hasNm && existsSync(addon) ? test : test.skip)('the addon exports its entry points alone', t => {
  const names = nm('--dynamic', addon).map(line => line.split(' ').at(-1));
  t.deepEqual(names.sort(), ['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
});
