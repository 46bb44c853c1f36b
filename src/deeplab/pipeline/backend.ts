import {DenseCrfError} from '../../core/errors.ts';
import {messageOf} from '../../io/files.ts';
import * as tf from '../../tfjs/core.ts';
import '../../tfjs/index.ts';

/**
 * Makes a backend of tfjs the current one, and loads it where it must be.
 *
 * @throws {DenseCrfError} `ERR_MISSING_DEPENDENCY` if its package is not installed
 */
export async function useBackend(name: 'densecrf' | 'cpu' | 'wasm'): Promise<void> {
  try {
    if (name === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
    if (!(await tf.setBackend(name))) throw new Error('it does not start');
    await tf.ready();
  } catch (error) {
    throw new DenseCrfError(
      'ERR_MISSING_DEPENDENCY',
      `The backend ${name} of TensorFlow.js could not be loaded: run "npm install @tensorflow/tfjs-backend-${name === 'wasm' ? 'wasm' : 'cpu'}@4.22.0" (${messageOf(error)})`,
      {cause: error},
    );
  }
}
