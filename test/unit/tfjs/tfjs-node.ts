// tfjs-node, where `node scripts/tfjs-node.mjs` has made one.
import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import util from 'node:util';
import {tfjsNodeFolder} from '../../../scripts/tfjs-node.mjs';

/** Why a test that needs it does not run, or undefined if it is there. */
export const missingTfjsNode: string | undefined = existsSync(join(tfjsNodeFolder, '.ready'))
  ? undefined
  : 'not run: there is no tfjs-node here; node scripts/tfjs-node.mjs makes one';

/** Registers the backend `tensorflow`, and sets it. */
export function loadTfjsNode(): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // Removed from newer Node.js, still called by tfjs-node 4.22.
  Object.assign(util, {isNullOrUndefined: (x: unknown) => x === null || x === undefined, isArray: Array.isArray});
  createRequire(join(tfjsNodeFolder, 'package.json'))('@tensorflow/tfjs-node');
}
