// What the scripts share: where the package is, and how they start other programs.
import {spawnSync} from 'node:child_process';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const nodeModules = join(root, 'node_modules');

/**
 * Is this module the program that runs?
 *
 * @param {string} url `import.meta.url`
 */
export function isMain(url) {
  return url === pathToFileURL(process.argv[1] ?? '').href;
}

/**
 * Runs a script's work; an error ends it with the message alone.
 *
 * @param {() => unknown} work
 */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

/**
 * Runs a program in the package's folder and waits for it.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {boolean} did it succeed?
 */
export function succeeds(program, args, env = process.env) {
  return spawnSync(program, args, {cwd: root, env, stdio: 'inherit'}).status === 0;
}

/**
 * Runs a Node.js program of a development dependency.
 *
 * @param {string} path below node_modules, such as `typescript/bin/tsc`
 * @param {readonly string[]} args
 * @returns {boolean} did it succeed?
 */
export function toolSucceeds(path, args) {
  return succeeds(process.execPath, [join(nodeModules, path), ...args]);
}
