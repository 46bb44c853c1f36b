import util from 'node:util';
import {checkChoice} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {messageOf} from '../../io/files.ts';
import * as tf from '../../tfjs/core.ts';
import '../../tfjs/index.ts';
import {backendNames} from '../../tfjs/swaps.ts';

const choices = ['densecrf', ...backendNames] as const;

/** A backend that {@link useBackend} knows. */
export type BackendChoice = (typeof choices)[number];

/** Where each comes from; not a literal, since whoever compiles this package need not have tfjs-node. */
const PACKAGES: Readonly<Record<BackendChoice, string>> = {
  densecrf: '@tensorflow/tfjs-backend-cpu',
  cpu: '@tensorflow/tfjs-backend-cpu',
  wasm: '@tensorflow/tfjs-backend-wasm',
  tensorflow: '@tensorflow/tfjs-node',
};

/**
 * Makes a backend of tfjs the current one, and loads it where it must be. `accelerate` of `densecrf/tfjs` makes all but
 * `densecrf`, which is fast already, faster.
 *
 * @param name `'densecrf'`, `'cpu'`, `'wasm'`, or `'tensorflow'` of tfjs-node
 * @throws {DenseCrfError} `ERR_OUT_OF_RANGE` for another name, `ERR_MISSING_DEPENDENCY` if its package is not installed
 */
export async function useBackend(name: BackendChoice): Promise<void> {
  const packageName = PACKAGES[checkChoice('name', name, choices)];
  try {
    if (!(name in tf.engine().registryFactory)) await load(packageName);
    if (!(await tf.setBackend(name))) throw new Error('it does not start');
    await tf.ready();
  } catch (error) {
    throw new DenseCrfError(
      'ERR_MISSING_DEPENDENCY',
      `The backend ${name} of TensorFlow.js could not be loaded: run "npm install ${packageName}@4.22.0" (${messageOf(error)})`,
      {cause: error},
    );
  }
}

async function load(packageName: string): Promise<void> {
  if (packageName === PACKAGES.tensorflow) restoreUtilities();
  await import(packageName);
}

/** tfjs-node 4.22 calls two functions of Node.js that version 23 no longer has. */
function restoreUtilities(): void {
  const functions = {isNullOrUndefined: (x: unknown) => x === null || x === undefined, isArray: Array.isArray};
  for (const [name, value] of Object.entries(functions)) if (!(name in util)) Object.assign(util, {[name]: value});
}

/**
 * Silences the warnings of TensorFlow.js: it advises to install tfjs-node, whatever backend is in use, and complains of
 * kernels that tfjs-node registers again.
 *
 * @returns a function that lets them be heard again, if they were
 */
export function silenceWarnings(): () => void {
  const before = tf.env().getBool('PROD');
  tf.env().set('PROD', true);
  return () => tf.env().set('PROD', before);
}
