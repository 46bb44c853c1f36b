// The published networks give the same on every backend: logits within 2e-3, label maps equal on 99.99 % of the pixels.
import * as tf from '@tensorflow/tfjs-core';
import test, {type ExecutionContext} from 'ava';
import {vocNames} from '../../../bench/voc/dataset.ts';
import {accelerate} from '../../../src/tfjs/index.ts';
import {type Setting, settings} from './backends.ts';
import {
  agreement,
  largestDifference,
  type Logits,
  missing,
  Model,
  type Network,
  networks,
  storedLogits,
} from './voc.ts';

// `npm run check:voc`: every picture, as published and rewritten, on every backend. `npm test` takes a few.
const isWhole = process.argv.includes('--all');
const FEW = ['2007_000033', '2007_000061'];
const isPlainCpu = ({backend, isAccelerated}: Setting): boolean => backend === 'cpu' && !isAccelerated;
// In the whole run the plain cpu backend, too: the stored logits are its own.
const chosen = settings.filter(setting => setting.isNative || (isWhole && isPlainCpu(setting)));

if (missing !== undefined) {
  test('real networks on every backend', t => {
    t.log(missing);
    t.pass();
  });
}

/** Both forms of the graph where it is worth its time: of the graph with SpaceToBatch, and of all in the whole run. */
const formsOf = (network: Network): boolean[] => (isWhole || network === networks.s2b ? [false, true] : [false]);

/** Every picture where logits are stored, which costs no run of the plain cpu backend. */
function picturesOf(network: Network, setting: Setting): readonly string[] {
  if (isPlainCpu(setting)) return FEW.slice(0, 1);
  return isWhole || (network.stored !== undefined && network !== networks.s2b) ? vocNames() : FEW;
}

/** What TensorFlow.js' own cpu backend gives, where nothing is stored; half a minute a picture for larger networks. */
async function plainLogits(network: Network): Promise<Map<string, Logits>> {
  const logits = new Map<string, Logits>();
  if (network.stored !== undefined) return logits;
  await tf.setBackend('cpu');
  const model = await Model.load(network);
  for (const name of isWhole ? vocNames() : FEW) logits.set(name, await model.logits(name));
  model.dispose();
  return logits;
}

async function compare(
  t: ExecutionContext,
  title: string,
  model: Model,
  names: readonly string[],
  expected: (name: string) => Logits,
): Promise<void> {
  let [worst, least] = [0, 1];
  for (const name of names) {
    const [actual, reference] = [await model.logits(name), expected(name)];
    worst = Math.max(worst, largestDifference(actual, reference));
    least = Math.min(least, agreement(actual, reference));
  }
  const agreed = `${(100 * least).toFixed(4)} % of the labels agree`;
  t.log(`${title}: ${names.length} pictures, logits differ by ${worst.toExponential(1)}, ${agreed}`);
  t.true(worst <= 2e-3, `${title}: logits differ by ${worst}`);
  t.true(least >= 0.9999, `${title}: ${least} of the labels agree`);
}

for (const [title, network] of Object.entries(networks)) {
  if (missing !== undefined) break;
  test.serial(`${title}: the same logits and labels on every backend`, async t => {
    t.timeout(3_600_000);
    const plain = await plainLogits(network);
    for (const setting of chosen) {
      const {backend, isAccelerated} = setting;
      await tf.setBackend(backend);
      const restore = isAccelerated ? accelerate(backend) : undefined;
      for (const isRewritten of formsOf(network)) {
        const model = await Model.load(network, isRewritten);
        const before = tf.memory().numTensors;
        const what = `${backend}${isAccelerated ? ', accelerated' : ''}, ${isRewritten ? 'rewritten' : 'as published'}`;
        const names = picturesOf(network, setting);
        await compare(t, what, model, names, name => plain.get(name) ?? storedLogits(network, name));
        t.is(tf.memory().numTensors, before);
        model.dispose();
      }
      restore?.();
    }
  });
}
