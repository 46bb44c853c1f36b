import {execFileSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {backendNames} from '../../../src/tfjs/swaps.ts';
import {missingTfjsNode} from './tfjs-node.ts';

const program = fileURLToPath(new URL('predictions.ts', import.meta.url));
// What the allocators may do meanwhile; the least tensor of the network, leaked at each run, would be 37 MB.
const SLACK = 24 * 2 ** 20;

for (const backend of ['densecrf', ...backendNames]) {
  test.serial(`${backend}: a thousand predictions leave memory as it was`, t => {
    if (backend === 'tensorflow' && missingTfjsNode !== undefined) {
      t.log(missingTfjsNode);
      t.pass();
      return;
    }
    const output = execFileSync(process.execPath, ['--expose-gc', '--import=tsx', program, backend], {
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
