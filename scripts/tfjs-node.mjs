#!/usr/bin/env node
// Makes a working @tensorflow/tfjs-node in build/peers/tfjs-node, for tests and benchmarks: with the libtensorflow that
// its own installation downloads, else with the one inside the tensorflow-cpu wheel. About 1.2 GB and a minute.
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {isMain, main, nodeModules, root} from './run.mjs';

const TFJS_NODE = '@tensorflow/tfjs-node@4.22.0';
const WHEEL = 'tensorflow-cpu==2.21.0';
const MINUTES = 60_000;

/** Where it lies. Below the package, so that Node.js finds the package's tfjs-core for it and no second copy. */
export const tfjsNodeFolder = join(root, 'build/peers/tfjs-node');
const folder = tfjsNodeFolder;
const module = join(folder, 'node_modules/@tensorflow/tfjs-node');
const ready = join(folder, '.ready');

// Removed from newer Node.js, still called by tfjs-node 4.22.
const PROBE = `
const util = require('util');
util.isNullOrUndefined ??= x => x == null;
util.isArray ??= Array.isArray;
const tf = require(process.argv[1]);
const y = tf.conv2d(tf.ones([1, 5, 5, 1]), tf.ones([3, 3, 1, 1]), 1, 'same', 'NHWC', 2).dataSync();
if (tf.getBackend() !== 'tensorflow' || y[12] !== 9) throw new Error('it computes ' + y);
`;

const UNPACK = `
import glob, sys, zipfile
with zipfile.ZipFile(glob.glob(sys.argv[1] + '/tensorflow_cpu-*.whl')[0]) as wheel:
    wanted = ('tensorflow/libtensorflow',) + tuple('tensorflow/include/%s/' % part for part in ('tensorflow', 'xla', 'tsl'))
    wheel.extractall(sys.argv[1], [name for name in wheel.namelist() if name.startswith(wanted)])
`;

/**
 * @param {string} what it does
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} [cwd]
 * @throws {Error} with the first line of the program's complaint that says so
 */
function step(what, program, args, cwd = folder) {
  const {status, stderr, error} = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    timeout: 10 * MINUTES,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {...process.env, LC_ALL: 'C'},
  });
  if (status === 0) return;
  const lines = (error?.message ?? stderr).trim().split('\n');
  const complaint = lines.find(line => /error: /i.test(line)) ?? lines.at(-1) ?? `status ${String(status)}`;
  throw new Error(`${what} failed: ${complaint.trim()}`);
}

function works() {
  step('loading tfjs-node', process.execPath, ['-e', PROBE, module], root);
}

/** tfjs-node without its native half, and none of the packages that the project has itself. */
function installPackage() {
  mkdirSync(folder, {recursive: true});
  writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  step('npm install', 'npm', ['install', ...flags, TFJS_NODE]);
  for (const name of readdirSync(join(folder, 'node_modules/@tensorflow'))) {
    if (!existsSync(join(nodeModules, '@tensorflow', name))) continue;
    rmSync(join(folder, 'node_modules/@tensorflow', name), {recursive: true});
  }
}

/** As `npm install` does where its scripts run. */
function download() {
  step('the download of libtensorflow', 'npm', ['rebuild', '@tensorflow/tfjs-node', '--foreground-scripts']);
  works();
}

/** Compiles tfjs-node's binding against the libraries of a wheel. */
function buildFromWheel() {
  const wheel = join(folder, 'wheel');
  mkdirSync(wheel, {recursive: true});
  if (!readdirSync(wheel).some(name => name.endsWith('.whl'))) {
    step(`the download of ${WHEEL}`, 'python3', ['-m', 'pip', 'download', '--no-deps', '-d', wheel, WHEEL]);
  }
  step('unpacking the wheel', 'python3', ['-c', UNPACK, wheel]);
  const deps = join(module, 'deps');
  rmSync(deps, {recursive: true, force: true});
  mkdirSync(join(deps, 'lib'), {recursive: true});
  cpSync(join(wheel, 'tensorflow/include'), join(deps, 'include'), {recursive: true});
  linkLibrary(join(wheel, 'tensorflow'), deps, /^libtensorflow_cc\.so\./, 'libtensorflow.so');
  linkLibrary(join(wheel, 'tensorflow'), deps, /^libtensorflow_framework\.so\./, 'libtensorflow_framework.so');
  compile();
  works();
  // A second GB that nobody reads again.
  for (const name of readdirSync(wheel)) if (name.endsWith('.whl')) rmSync(join(wheel, name));
}

/**
 * A library under its own name and under the one that tfjs-node links.
 *
 * @param {string} from
 * @param {string} deps
 * @param {RegExp} pattern
 * @param {string} alias
 */
function linkLibrary(from, deps, pattern, alias) {
  const name = readdirSync(from).find(file => pattern.test(file));
  if (name === undefined) throw new Error(`${WHEEL} holds no ${alias}`);
  for (const link of [name, alias]) symlinkSync(join(from, name), join(deps, 'lib', link));
}

function compile() {
  const out = join(module, 'lib/napi-v8');
  mkdirSync(out, {recursive: true});
  const includes = ['.', '..', 'deps/include', join(nodeModules, 'node-api-headers/include')];
  step(
    'compiling the binding of tfjs-node',
    process.env.CXX ?? 'g++',
    [
      ...['-std=c++17', '-O2', '-fPIC', '-shared', '-DNAPI_VERSION=8', ...includes.map(path => `-I${path}`)],
      ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc', '-o', join(out, 'tfjs_binding.node')],
      ...['-Ldeps/lib', '-ltensorflow', '-ltensorflow_framework', '-Wl,-rpath,$ORIGIN/../../deps/lib'],
    ],
    module,
  );
}

/**
 * Makes it where it is not there yet.
 *
 * @returns {string} the folder to require `@tensorflow/tfjs-node` from
 * @throws {Error} why it cannot be had
 */
export function makeTfjsNode() {
  if (existsSync(ready)) return folder;
  console.error('Making @tensorflow/tfjs-node in build/peers/tfjs-node (1.2 GB, about a minute) ...');
  installPackage();
  try {
    download();
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nTaking libtensorflow from ${WHEEL} ...`);
    buildFromWheel();
  }
  writeFileSync(ready, '');
  return folder;
}

if (isMain(import.meta.url)) await main(() => console.log(makeTfjsNode()));
