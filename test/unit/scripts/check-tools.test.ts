import {spawnSync} from 'node:child_process';
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {root} from '../../../scripts/run.mjs';

/** What the check says where the PATH leads to these programs alone. */
function check(programs: Record<string, string>): {status: number | null; stderr: string} {
  const bin = mkdtempSync(join(tmpdir(), 'densecrf-tools-'));
  try {
    for (const [name, script] of Object.entries(programs)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    return spawnSync(process.execPath, ['scripts/check-tools.mjs'], {cwd: root, env: {PATH: bin}, encoding: 'utf8'});
  } finally {
    rmSync(bin, {recursive: true});
  }
}

const posixTest = process.platform === 'win32' ? test.skip : test;
const goodCmake = 'echo cmake version 3.25.1';
const goodCompiler = 'exit 0';

posixTest('is silent where everything is there', t => {
  t.like(check({cmake: goodCmake, 'c++': goodCompiler}), {status: 0, stderr: ''});
});

posixTest('names all that is missing and how to install it', t => {
  const {status, stderr} = check({});
  t.is(status, 1);
  t.regex(stderr, /CMake 3\.20 or newer is needed, and no cmake was found/);
  t.regex(stderr, /C\+\+20 compiler is needed, and none was found \(c\+\+, g\+\+, clang\+\+\)/);
  t.regex(stderr, process.platform === 'linux' ? /apt-get install cmake g\+\+ make/ : /./);
});

posixTest('names a CMake that is too old', t => {
  const {status, stderr} = check({cmake: 'echo cmake version 3.16.3', 'c++': goodCompiler});
  t.is(status, 1);
  t.regex(stderr, /CMake 3\.20 or newer is needed, this is 3\.16\.3/);
});

posixTest('names a compiler that is too old', t => {
  const {status, stderr} = check({cmake: goodCmake, 'g++': '[ "$1" = --version ]'});
  t.is(status, 1);
  t.regex(stderr, /GCC 12, Clang 14 or newer is needed; g\+\+ cannot compile/);
});
