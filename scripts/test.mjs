#!/usr/bin/env node
// `npm test`: builds what is stale, runs the C++ tests and then the TypeScript ones, and ends with one line that
// counts both. `npm test -- --cpp` and `--ts` run one half; other arguments go to ava.
import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {buildNative} from './build-native.mjs';
import {buildTypeScript} from './prepare.mjs';
import {main, nodeModules, root} from './run.mjs';
import {closingLine, sum, tallyCtest, tallyTap} from './tally.mjs';

const HALVES = ['--cpp', '--ts'];

/**
 * Runs a program, shows what of its output is worth it, and counts its tests.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {(line: string) => boolean} isShown
 * @param {(output: string) => import('./tally.mjs').Tally} tally
 * @returns {Promise<import('./tally.mjs').Tally>}
 */
async function count(program, args, isShown, tally) {
  const child = spawn(program, args, {cwd: root, stdio: ['ignore', 'pipe', 'inherit']});
  const exit = new Promise(resolve => child.once('close', resolve));
  let output = '';
  for await (const line of createInterface(child.stdout)) {
    output += `${line}\n`;
    if (isShown(line)) console.log(line);
  }
  const result = tally(output);
  // A run that ends badly and counts no failure has failed all the same.
  if ((await exit) !== 0) result.failed = Math.max(result.failed, 1);
  return result;
}

function cpp() {
  const args = ['--test-dir', join(root, 'build'), '--verbose', '--no-tests=error', '--timeout', '600'];
  const isShown = (/** @type {string} */ line) =>
    /^\d+: |^\s*\d+\/\d+ Test/.test(line) && !/^\d+: (Test (command|timeout)|Working Directory)/.test(line);
  return count('ctest', args, isShown, tallyCtest);
}

/** @param {readonly string[]} args */
function typeScript(args) {
  // All but the tests that passed.
  const isShown = (/** @type {string} */ line) => !/^ok |^#|^$|^TAP|^---tty/.test(line);
  return count(process.execPath, [join(nodeModules, 'ava/entrypoints/cli.mjs'), '--tap', ...args], isShown, tallyTap);
}

await main(async () => {
  const args = process.argv.slice(2);
  const wanted = HALVES.filter(half => args.includes(half));
  const halves = wanted.length > 0 ? wanted : HALVES;

  buildNative({defines: {DENSECRF_TESTS: 'ON'}, target: 'all'});
  buildTypeScript();
  const tallies = [];
  if (halves.includes('--cpp')) tallies.push(await cpp());
  if (halves.includes('--ts')) tallies.push(await typeScript(args.filter(arg => !HALVES.includes(arg))));
  const total = sum(tallies);
  if (tallies.some(({passed}) => passed === 0)) total.failed++; // a half that tests nothing is broken
  if (total.failed > 0) process.exitCode = 1;
  console.log(closingLine(total));
});
