// Kernels, gradients and classes of tensors belong to one copy of tfjs-core.
import {createRequire} from 'node:module';
import {DenseCrfError} from '../core/errors.ts';
import {KernelBackend} from './core.ts';

const CORE = /[\\/]tfjs-core[\\/]dist[\\/]tf-core\.node\.js$/;

/**
 * Refuses a process with two copies of tfjs-core, as far as it can be seen.
 *
 * @param backend an instance of a backend, whose class tells which copy it belongs to
 * @returns that backend
 * @throws {DenseCrfError} `ERR_INVALID_STATE`
 */
export function checkOneCopy(backendName: string, backend: object): KernelBackend {
  const loaded = Object.keys(createRequire(import.meta.url).cache).filter(path => CORE.test(path));
  if (loaded.length <= 1 && backend instanceof KernelBackend) return backend;
  const found =
    loaded.length > 1 ? loaded.join(' and ') : `a backend '${backendName}' that is of another than this one's`;
  throw new DenseCrfError(
    'ERR_INVALID_STATE',
    `Expected one copy of @tensorflow/tfjs-core in the process but received ${found}. What is registered with one is lost on the ` +
      'other: `npm ls @tensorflow/tfjs-core` shows who brings them, and equal versions with `npm dedupe` make them one',
  );
}
