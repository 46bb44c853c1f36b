import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {root} from '../../scripts/run.mjs';

const folder = join(root, 'build/cpp/CMakeFiles');
const objects = existsSync(folder)
  ? readdirSync(folder, {recursive: true, encoding: 'utf8'}).filter(path => /^densecrf_kernels_.*\.o$/.test(path))
  : [];
const hasNm = spawnSync('nm', ['--version']).status === 0;

// Of several weak copies the linker keeps any one: a function of the standard library that was compiled for AVX-512
// would then run on every machine, and one that was compiled with contraction in the lattice.
(hasNm && objects.length > 0 ? test : test.skip)('kernels of every instruction set define no weak symbol', t => {
  for (const object of objects) {
    const {status, stdout} = spawnSync('nm', ['-C', '--defined-only', join(folder, object)], {encoding: 'utf8'});
    t.is(status, 0, object);
    const weak = stdout.split('\n').filter(line => /^\S* [VWuvw] /.test(line));
    t.deepEqual(weak, [], object);
  }
});
