// Kernels, gradients and classes of tensors belong to one copy of tfjs-core.
import {createRequire} from 'node:module';
import {DenseCrfError} from '../core/errors.ts';
import {KernelBackend} from './core.ts';

const CORE = /[\\/]tfjs-core[\\/]dist[\\/]tf-core\.node\.js$/;

/**
 * Refuses a process that has loaded two copies of tfjs-core, as far as Node.js tells.
 *
 * @throws {DenseCrfError} `ERR_INVALID_STATE`
 */
export function checkOneCopy(): void {
  const loaded = Object.keys(createRequire(import.meta.url).cache).filter(path => CORE.test(path));
  if (loaded.length > 1) throw twoCopies(loaded.join(' and '));
}

/**
 * Refuses an instance of a backend whose class is of another copy of tfjs-core.
 *
 * @throws {DenseCrfError} `ERR_INVALID_STATE`
 */
export function checkOwnBackend(backendName: string, backend: object): KernelBackend {
  if (backend instanceof KernelBackend) return backend;
  throw twoCopies(`a backend '${backendName}' of another copy`);
}

function twoCopies(received: string): DenseCrfError {
  return new DenseCrfError(
    'ERR_INVALID_STATE',
    `Expected one copy of @tensorflow/tfjs-core in the process but received ${received}: what is registered with one can be ` +
      'lost on the other. `npm ls @tensorflow/tfjs-core` shows who brings them; equal versions and `npm dedupe` make them one',
  );
}
