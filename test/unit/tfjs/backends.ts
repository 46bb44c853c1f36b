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

/** Each as it is, and accelerated where it can be. `isNative`: convolutions run here. */
export const settings = backends.flatMap(backend => [
  {backend, isAccelerated: false, isNative: backend === 'densecrf'},
  ...(backend === 'densecrf' ? [] : [{backend, isAccelerated: true, isNative: true}]),
]);
