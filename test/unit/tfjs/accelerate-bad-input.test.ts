import {execFileSync} from 'node:child_process';
import {cpSync} from 'node:fs';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import test from 'ava';
import {nodeModules, root} from '../../../scripts/run.mjs';
import {accelerate} from '../../../src/tfjs/index.ts';

test('names the backends that it knows', t => {
  t.throws(() => accelerate('webgl'), {
    code: 'ERR_OUT_OF_RANGE',
    message: "Expected backendName to be 'cpu', 'wasm' or 'tensorflow' but received 'webgl'",
  });
  t.throws((): unknown => Reflect.apply(accelerate, undefined, [7]), {
    code: 'ERR_INVALID_TYPE',
    message: "Expected backendName to be 'cpu', 'wasm' or 'tensorflow' but received 7",
  });
});

test('says which package registers a backend', t => {
  t.throws(() => accelerate('wasm'), {
    code: 'ERR_INVALID_STATE',
    message:
      "Expected the backend 'wasm' to be registered but received none of that name: import '@tensorflow/tfjs-backend-wasm' first",
  });
});

test.serial('refuses a backend that is not what its name says', async t => {
  class Other extends tf.KernelBackend {
    override dispose(): void {
      // Nothing is held.
    }
    override write(): object {
      return {};
    }
    override numDataIds(): number {
      return 0;
    }
  }
  tf.registerBackend('tensorflow', () => new Other());
  const restore = accelerate('tensorflow');
  await tf.setBackend('tensorflow');
  const x = tf.zeros<tf.Rank.R4>([1, 1, 1, 1]);
  t.throws(() => tf.conv2d(x, x, 1, 'same'), {
    code: 'ERR_INVALID_STATE',
    message: "Expected the backend 'tensorflow' to be that of TensorFlow.js 4 but received an object of class Other",
  });
  restore();
  await tf.setBackend('cpu');
  tf.removeBackend('tensorflow');
});

for (const name of ['cpu', 'densecrf']) {
  test.serial(`${name}: names the tensor that was disposed`, async t => {
    await tf.setBackend(name);
    const restore = accelerate('cpu');
    const [x, filter] = [tf.ones<tf.Rank.R4>([1, 4, 4, 2]), tf.ones<tf.Rank.R4>([3, 3, 2, 5])];
    tf.conv2d(x, filter, 1, 'same').dispose();
    filter.dispose();
    t.throws(() => tf.conv2d(x, filter, 1, 'same'), {
      code: 'ERR_DISPOSED',
      message:
        'Expected filter of Conv2D to be a tensor in use but received one of shape [3, 3, 2, 5] that was disposed',
    });
    restore();
  });
}

test('two copies of tfjs-core are said to be two', t => {
  const copy = join(root, 'build/two-copies/node_modules/@tensorflow/tfjs-core');
  for (const file of ['package.json', 'dist/tf-core.node.js']) {
    cpSync(join(nodeModules, '@tensorflow/tfjs-core', file), join(copy, file));
  }
  const program = `
    import '@tensorflow/tfjs-backend-cpu';
    import {createRequire} from 'node:module';
    import {accelerate} from './src/tfjs/index.ts';
    createRequire(import.meta.url)(${JSON.stringify(join(copy, 'dist/tf-core.node.js'))});
    try { accelerate('cpu'); } catch ({code, message}) { console.log(code, message); }
  `;
  const output = execFileSync(process.execPath, ['--import=tsx', '--input-type=module', '-e', program], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  t.regex(output, /^ERR_INVALID_STATE Expected one copy of @tensorflow\/tfjs-core in the process but received /);
  t.true(output.includes(join(copy, 'dist/tf-core.node.js')));
  t.regex(output, /npm dedupe/);
});
