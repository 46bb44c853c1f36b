#!/usr/bin/env node
// `npm run test:arm64`: builds the core and its tests for 64-bit ARM and runs them under qemu-user, so that NEON is
// tested on a machine that has none.
import {spawnSync} from 'node:child_process';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {root, succeeds} from './run.mjs';

const TOOLS = ['cmake', 'aarch64-linux-gnu-g++', 'qemu-aarch64'];
const missing = TOOLS.filter(tool => spawnSync(tool, ['--version']).status !== 0);
const build = join(root, 'build/linux-arm64');
const jobs = String(availableParallelism());
const toolchain = join(root, 'cmake/toolchains/linux-arm64.cmake');

if (missing.length > 0) {
  console.error(
    `These are missing: ${missing.join(', ')}. On Debian: apt-get install cmake g++-aarch64-linux-gnu qemu-user`,
  );
  process.exitCode = 1;
} else {
  const passes =
    succeeds('cmake', ['-S', root, '-B', build, `-DCMAKE_TOOLCHAIN_FILE=${toolchain}`, '-DDENSECRF_TESTS=ON']) &&
    succeeds('cmake', ['--build', build, '--parallel', jobs]) &&
    succeeds('ctest', ['--test-dir', build, '--output-on-failure', '--no-tests=error']);
  process.exitCode = passes ? 0 : 1;
}
