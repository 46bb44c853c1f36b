import type * as deeplab from '../deeplab/index.ts';
import {DenseCrfError} from '../core/errors.ts';
import {messageOf} from '../io/files.ts';

const PACKAGES = ['core', 'converter', 'layers', 'backend-cpu'].map(name => `@tensorflow/tfjs-${name}@4.22.0`);

/**
 * Loads what needs TensorFlow.js, which is an optional peer.
 *
 * @throws {DenseCrfError} `ERR_MISSING_DEPENDENCY` saying how to install it
 */
export async function loadDeeplab(): Promise<typeof deeplab> {
  try {
    return await import('../deeplab/index.ts');
  } catch (error) {
    const message = messageOf(error);
    if (!message.includes('@tensorflow/')) throw error;
    throw new DenseCrfError(
      'ERR_MISSING_DEPENDENCY',
      `Networks need TensorFlow.js: run "npm install ${PACKAGES.join(' ')}" (loading it failed: ${message})`,
      {cause: error},
    );
  }
}
