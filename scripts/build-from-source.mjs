#!/usr/bin/env node
// `densecrf build`: compiles the sources that the package ships, into the place where they are loaded
// from. What the build itself needs is installed into a folder that is gone afterwards.
import {spawnSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {buildNative} from './build-native.mjs';
import {missingTools} from './check-tools.mjs';
import {isMain, main, nodeModules, root} from './run.mjs';

const TOOLS = ['cmake-js', 'node-addon-api', 'node-api-headers'];

/**
 * @returns {string[]} the build's packages, each with the version that this package is developed with
 */
function pinnedTools() {
  /** @type {unknown} */
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const {devDependencies} = /** @type {{devDependencies: Record<string, string>}} */ (manifest);
  return TOOLS.map(name => `${name}@${devDependencies[name] ?? 'latest'}`);
}

/**
 * @param {string} folder
 * @throws {Error} if npm cannot install them
 */
function installTools(folder) {
  writeFileSync(join(folder, 'package.json'), '{"private": true}\n');
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', ...pinnedTools()];
  // npm_execpath: the npm that runs us, which need not be on the PATH.
  const npm = process.env.npm_execpath?.endsWith('.js');
  const result = npm
    ? spawnSync(process.execPath, [process.env.npm_execpath ?? '', ...install], {cwd: folder, stdio: 'inherit'})
    : spawnSync('npm', install, {cwd: folder, stdio: 'inherit', shell: process.platform === 'win32'});
  if (result.status !== 0) {
    throw new Error(`npm could not install what the build needs: ${pinnedTools().join(', ')}`);
  }
}

/**
 * Builds build/Release/densecrf.node.
 *
 * @returns {string} where it is
 * @throws {Error} if a tool is missing, npm cannot reach its registry or the build fails
 */
export function buildFromSource() {
  const missing = missingTools();
  if (missing) throw new Error(missing);
  const result = join(root, 'build/Release/densecrf.node');
  if (TOOLS.every(name => existsSync(join(nodeModules, name)))) {
    buildNative();
    return result;
  }
  const folder = mkdtempSync(join(tmpdir(), 'densecrf-build-'));
  try {
    installTools(folder);
    // A newer compiler's new warnings are no reason to fail where nobody can mend them.
    const defines = {DENSECRF_WERROR: 'OFF'};
    buildNative({out: join(folder, 'build'), modules: join(folder, 'node_modules'), defines});
    mkdirSync(join(root, 'build/Release'), {recursive: true});
    copyFileSync(join(folder, 'build/Release/densecrf.node'), result);
  } finally {
    rmSync(folder, {recursive: true, force: true});
  }
  return result;
}

if (isMain(import.meta.url)) await main(() => console.log(`Built ${buildFromSource()}`));
