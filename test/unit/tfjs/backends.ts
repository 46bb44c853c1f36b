// The backends that tests run on.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import '../../../src/tfjs/index.ts';
import {loadTfjsNode, missingTfjsNode} from './tfjs-node.ts';

const all = ['cpu', 'wasm', 'tensorflow', 'densecrf'] as const;

if (missingTfjsNode === undefined) loadTfjsNode();
else console.log(missingTfjsNode);

/** Those that are there. */
export const backends = all.filter(name => name !== 'tensorflow' || missingTfjsNode === undefined);

/** A backend as it is, or accelerated. */
export interface Setting {
  readonly backend: (typeof all)[number];
  readonly isAccelerated: boolean;
  /** Convolutions run here. */
  readonly isNative: boolean;
}

/** Each as it is, and accelerated where it can be. */
export const settings: readonly Setting[] = backends.flatMap(backend => [
  {backend, isAccelerated: false, isNative: backend === 'densecrf'},
  ...(backend === 'densecrf' ? [] : [{backend, isAccelerated: true, isNative: true}]),
]);
