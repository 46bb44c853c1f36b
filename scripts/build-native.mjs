#!/usr/bin/env node
// The one place that runs cmake-js: builds <out>/Release/densecrf.node, and on request what else
// CMakeLists.txt knows.
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {missingTools} from './check-tools.mjs';
import {isMain, main, nodeModules, root, succeeds} from './run.mjs';

/**
 * @typedef {object} NativeBuild
 * @property {string} [out] the build folder; `build` in the package if not given
 * @property {string} [arch] the processor to build for, in Node's words; this machine's if not given
 * @property {Record<string, string>} [defines] CMake variables
 * @property {string} [target] the CMake target; the addon if not given
 * @property {string} [modules] a node_modules folder with cmake-js and the headers; the package's own if not given
 */

/**
 * Configures and builds.
 *
 * @param {NativeBuild} [options]
 * @throws {Error} if a tool is missing or the build fails
 */
export function buildNative(options = {}) {
  const {out = join(root, 'build'), arch = process.arch, defines = {}, target = 'densecrf_addon'} = options;
  const {modules = nodeModules} = options;
  const missing = missingTools();
  if (missing) throw new Error(missing);

  const cmakeJs = join(modules, 'cmake-js/bin/cmake-js');
  const common = ['--directory', root, '--out', out, '--arch', arch, '--log-level', 'warn'];
  const variables = Object.entries({DENSECRF_ADDON: 'ON', ...defines}).map(([name, value]) => `--CD${name}=${value}`);
  const parallel = ['--parallel', String(availableParallelism()), '--target', target];
  // cmake-js looks for node-addon-api from the package's folder: NODE_PATH leads it to `modules`.
  const env = {...process.env, NODE_PATH: modules};
  for (const args of [
    ['configure', ...common, ...variables],
    ['build', ...common, ...parallel],
  ]) {
    if (!succeeds(process.execPath, [cmakeJs, ...args], env)) {
      throw new Error(`The native build failed in ${out}; the messages above say why`);
    }
  }
}

if (isMain(import.meta.url)) await main(() => buildNative());
