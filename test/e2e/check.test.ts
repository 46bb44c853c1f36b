import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import {root} from '../../scripts/run.mjs';

// Our C++ test library must itself be able to fail.
const program = join(root, 'build/cpp/check_test');
const cppTest = existsSync(program) ? test : test.skip;

cppTest('a C++ test program reports failures and skips', t => {
  const env = {...process.env, DENSECRF_CHECK_FAIL: '1'};
  const {status, stdout} = spawnSync(program, {env, encoding: 'utf8'});
  t.is(status, 1);
  t.regex(stdout, /check_test\.cpp:\d+: 2 \+ 2 == 5\n/);
  t.regex(stdout, /check_test\.cpp:\d+: -1 == 4294967295U: -1 and 4294967295\n/);
  t.regex(stdout, /Opaque\{1\} == Opaque\{2\}: \(unprintable\) and \(unprintable\)\n/);
  t.regex(stdout, /quiet_NaN\(\) ~ 0: nan and 0\n/);
  t.regex(stdout, /skipped: a test is skipped on request: because it was asked for\n/);
  t.true(stdout.endsWith('2 passed, 1 failed, 1 skipped\n'));
});

cppTest('a C++ test program runs what its argument names, and fails where that is nothing', t => {
  t.regex(spawnSync(program, ['CHECK_'], {encoding: 'utf8'}).stdout, /^2 passed, 0 failed, 0 skipped\n$/);
  const {status, stdout} = spawnSync(program, ['no such test'], {encoding: 'utf8'});
  t.is(status, 1);
  t.is(stdout, 'no test ran\n0 passed, 0 failed, 0 skipped\n');
});
