// tfjs-core judges the backends by its own specs. Their shapes are tiny and their tolerance is 1e-3: they judge the API, and the
// tests of the kernels judge the numbers.
import test from 'ava';
import {missingTfjsNode} from '../unit/tfjs/tfjs-node.ts';
import {newFailures, runSpecs} from './tfjs-suite/specs.ts';

const PLAIN_CPU = 4227;

test.serial('backend densecrf passes every spec', async t => {
  t.timeout(300_000);
  const {passed, failures} = await runSpecs('densecrf');
  t.deepEqual(failures, []);
  t.true(passed >= 4225, `${passed} specs passed`);
});

test.serial('the accelerated cpu backend passes every spec, as the plain one does', async t => {
  t.timeout(300_000);
  const {passed, failures} = await runSpecs('cpu');
  t.deepEqual(failures, []);
  t.is(passed, PLAIN_CPU);
});

test.serial('the accelerated wasm backend passes every spec that the plain one passes', async t => {
  t.timeout(300_000);
  const plain = await runSpecs('wasm-plain');
  t.is(plain.passed + plain.failures.length, 4225);
  const accelerated = await runSpecs('wasm');
  t.deepEqual(newFailures(accelerated, plain), []);
  t.is(accelerated.passed + accelerated.failures.length, 4225);
  t.true(accelerated.passed > plain.passed, 'it lacks gradients and NCHW');
});

test.serial('accelerated tfjs-node passes every spec that it passes plain', async t => {
  if (missingTfjsNode !== undefined) {
    t.log(missingTfjsNode);
    t.pass();
    return;
  }
  t.timeout(300_000);
  const plain = await runSpecs('tensorflow-plain');
  const accelerated = await runSpecs('tensorflow');
  t.deepEqual(newFailures(accelerated, plain), []);
  t.is(accelerated.passed + accelerated.failures.length, 4225);
});
