import {execFileSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {backendNames} from '../../../src/tfjs/swaps.ts';
import {missingTfjsNode} from './tfjs-node.ts';

const program = fileURLToPath(new URL('predictions.ts', import.meta.url));
// What the allocators may do meanwhile; the least picture, leaked at each run, would be 74 MB of the layers, 68 MB of the graph.
const SLACK = 24 * 2 ** 20;

const networks = [
  ...['densecrf', ...backendNames].map(backend => ({backend, kind: 'layers'})),
  ...['densecrf', 'tensorflow'].map(backend => ({backend, kind: 'graph'})),
];

for (const {backend, kind} of networks) {
  const what = kind === 'graph' ? 'of a rewritten graph ' : '';
  test.serial(`${backend}: a thousand predictions ${what}leave memory as it was`, t => {
    if (backend === 'tensorflow' && missingTfjsNode !== undefined) {
      t.log(missingTfjsNode);
      t.pass();
      return;
    }
    const output = execFileSync(process.execPath, ['--expose-gc', '--import=tsx', program, backend, kind], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {...process.env, TF_CPP_MIN_LOG_LEVEL: '2'},
    });
    const grown: unknown = JSON.parse(output.trim().split('\n').at(-1) ?? '');
    t.log(grown);
    t.like(grown, {tensors: 0, bytes: 0});
    t.true(typeof grown === 'object' && grown !== null && 'resident' in grown && Number(grown.resident) < SLACK);
  });
}
