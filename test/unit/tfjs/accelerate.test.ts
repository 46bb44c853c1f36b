// accelerate(): what it swaps, what it leaves alone, and that it leaves nothing behind.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import test, {type ExecutionContext} from 'ava';
import {hotKernels, ownKernels} from '../../../src/tfjs/kernels/index.ts';
import {accelerate} from '../../../src/tfjs/index.ts';
import {type BackendName, backendNames, swapsOf} from '../../../src/tfjs/swaps.ts';
import {hasPlans} from '../../../src/tfjs/plans.ts';
import {loadTfjsNode, missingTfjsNode} from './tfjs-node.ts';

type Size = [number, number, number, number];

const names = backendNames.filter(name => name !== 'tensorflow' || missingTfjsNode === undefined);
if (missingTfjsNode === undefined) loadTfjsNode();

/** A test for each backend. */
function each(title: string, body: (t: ExecutionContext, name: BackendName) => Promise<void> | void): void {
  for (const name of backendNames) {
    test.serial(`${name}: ${title}`, async t => {
      if (!names.includes(name)) {
        t.log(missingTfjsNode);
        t.pass();
        return;
      }
      await tf.setBackend(name);
      await body(t, name);
      t.is(tf.getKernel('Conv2D', name).backendName, name);
    });
  }
}

const random = (shape: Size, seed = 1): tf.Tensor4D => tf.randomNormal(shape, 0, 1, 'float32', seed);
const kernelsOf = (name: string): Map<string, tf.KernelConfig> =>
  new Map(tf.getKernelsForBackend(name).map(kernel => [kernel.kernelName, kernel]));

function areSame(a: Map<string, tf.KernelConfig>, b: Map<string, tf.KernelConfig>): boolean {
  return a.size === b.size && [...a].every(([name, kernel]) => b.get(name) === kernel);
}

/** The same computation plain on cpu and accelerated on a backend; where they differ. */
async function difference(name: string, compute: () => tf.Tensor): Promise<string | undefined> {
  const run = async (backend: string): Promise<{shape: number[]; values: ArrayLike<number>}> => {
    await tf.setBackend(backend);
    const result = tf.tidy(compute);
    const values = result.dataSync();
    result.dispose();
    return {shape: result.shape, values};
  };
  const expected = await run('cpu');
  const restore = accelerate(name);
  const actual = await run(name);
  restore();
  if (expected.shape.join() !== actual.shape.join()) return `${actual.shape.join()} is not ${expected.shape.join()}`;
  const worst = Array.from(expected.values).findIndex((value, i) => !(Math.abs(value - actual.values[i]!) <= 1e-4));
  return worst < 0 ? undefined : `at ${worst}: ${actual.values[worst]} is not ${expected.values[worst]}`;
}

each('keeps the kernels that the backend has faster ones of', (t, name) => {
  const before = kernelsOf(name);
  const swapped = new Set(swapsOf(name).map(({kernelName}) => kernelName));
  const restore = accelerate(name);
  const during = kernelsOf(name);
  restore();
  for (const [kernelName, kernel] of before) if (!swapped.has(kernelName)) t.is(during.get(kernelName), kernel);
  t.is(swapped.has('AvgPool'), name !== 'wasm');
});

each('swaps kernels and restores the very same, as often as one likes', (t, name) => {
  const before = kernelsOf(name);
  for (let round = 0; round < 2; ++round) {
    const restore = accelerate(name);
    const during = kernelsOf(name);
    for (const {kernelName} of swapsOf(name)) t.not(during.get(kernelName), before.get(kernelName), kernelName);
    const again = accelerate(name);
    t.true(areSame(kernelsOf(name), during));
    again();
    t.true(areSame(kernelsOf(name), before));
    restore();
    t.true(areSame(kernelsOf(name), before));
  }
});

each('keeps what somebody else has registered meanwhile', (t, name) => {
  const original = tf.getKernel('Conv2D', name);
  const restore = accelerate(name);
  const theirs = {...original};
  tf.unregisterKernel('Conv2D', name);
  tf.registerKernel(theirs);
  restore();
  t.is(tf.getKernel('Conv2D', name), theirs);
  tf.unregisterKernel('Conv2D', name);
  tf.registerKernel(original);
});

each('leaves the backend as it was', (t, name) => {
  const backend = tf.backend();
  const restore = accelerate(name);
  tf.conv2d(random([1, 5, 5, 2]), random([3, 3, 2, 4]), 1, 'same').dispose();
  t.true(Object.hasOwn(backend, 'disposeData'));
  restore();
  t.false(Object.hasOwn(backend, 'disposeData'));
});

each('convolutions and their gradients are those of cpu', async (t, name) => {
  for (const [strides, dilations, pad] of [
    [1, 1, 'same'],
    [2, 1, 'valid'],
    [1, 3, 'same'],
    [1, 2, 2],
  ] as const) {
    const x = random([2, 11, 9, 5]);
    const dense = random([3, 3, 5, 6], 2);
    const depthwise = random([3, 3, 5, 2], 3);
    const title = `strides ${strides}, dilations ${dilations}, pad ${pad}`;
    const of = {
      conv2d: (image: tf.Tensor4D, filter: tf.Tensor4D) => tf.conv2d(image, filter, strides, pad, 'NHWC', dilations),
      depthwise: (image: tf.Tensor4D, filter: tf.Tensor4D) =>
        tf.depthwiseConv2d(image, filter, strides, pad, 'NHWC', dilations),
    };
    for (const [kind, filter] of [
      ['conv2d', dense],
      ['depthwise', depthwise],
    ] as const) {
      t.is(await difference(name, () => of[kind](x, filter)), undefined, `${kind}, ${title}`);
      if (dilations > 1) continue;
      const loss = (y: tf.Tensor4D): tf.Scalar => tf.mean(tf.square(y));
      for (const [index, gradient] of [
        () => tf.grad(image => loss(of[kind](tf.reshape<tf.Rank.R4>(image, x.shape), filter)))(x),
        () => tf.grad(weights => loss(of[kind](x, tf.reshape<tf.Rank.R4>(weights, filter.shape))))(filter),
      ].entries()) {
        t.is(await difference(name, gradient), undefined, `gradient ${index} of ${kind}, ${title}`);
      }
    }
  }
});

each('pictures with their channels first', (t, name) => {
  const x = random([2, 5, 11, 9]);
  const dense = random([3, 3, 5, 6], 2);
  const depthwise = random([3, 3, 5, 2], 3);
  const last = (): tf.Tensor4D => tf.transpose(x, [0, 2, 3, 1]);
  const restore = accelerate(name);
  const pairs = tf.tidy(() => [
    tf.conv2d(x, dense, 1, 'same', 'NCHW', 2),
    tf.transpose(tf.conv2d(last(), dense, 1, 'same', 'NHWC', 2), [0, 3, 1, 2]),
    // The plain backends take it for a picture with its channels last.
    tf.depthwiseConv2d(x, depthwise, 1, 'same', 'NCHW', 2),
    tf.transpose(tf.depthwiseConv2d(last(), depthwise, 1, 'same', 'NHWC', 2), [0, 3, 1, 2]),
  ]);
  restore();
  for (const at of [0, 2]) {
    t.deepEqual(pairs[at]!.shape, pairs[at + 1]!.shape);
    t.true(tf.tidy(() => tf.max(tf.abs(tf.sub(pairs[at]!, pairs[at + 1]!))).dataSync()[0]!) < 1e-4);
  }
  tf.dispose(pairs);
});

each('arguments that native kernels do not take go to the backend', (t, name) => {
  const x = tf.tensor4d([1, 2, 3, 4], [1, 2, 2, 1], 'int32');
  const filter = tf.tensor4d([2], [1, 1, 1, 1], 'int32');
  const compute = (): number[] | string => {
    try {
      return Array.from(tf.tidy(() => tf.conv2d(x, filter, 1, 'same')).dataSync());
    } catch (error) {
      return String(error);
    }
  };
  const plain = compute();
  const restore = accelerate(name);
  t.deepEqual(compute(), plain);
  restore();
  tf.dispose([x, filter]);
});

each('packed weights die with their tensor, and with the acceleration', (t, name) => {
  const x = random([1, 9, 9, 4]);
  const [first, second] = [random([3, 3, 4, 8]), random([3, 3, 4, 8])];
  const before = tf.memory().numTensors;
  const restore = accelerate(name);
  for (const filter of [first, second]) tf.conv2d(x, filter, 1, 'same').dispose();
  t.true(hasPlans(first.dataId) && hasPlans(second.dataId));
  t.is(tf.memory().numTensors, before);
  const {dataId} = first;
  const alias = tf.reshape(first, [9, 4, 8]);
  first.dispose();
  // There it is a copy.
  if (name !== 'tensorflow') t.true(hasPlans(dataId), 'the data is in use still');
  alias.dispose();
  t.false(hasPlans(dataId));
  restore();
  t.false(hasPlans(second.dataId));
  tf.dispose([x, second]);
});

test.serial('tensors of one backend are used on another', async t => {
  const [x, filter] = [random([1, 40, 40, 8]), random([3, 3, 8, 8], 2)];
  const restores = names.map(accelerate);
  const results: number[] = [];
  for (const name of [...names, ...names]) {
    await tf.setBackend(name);
    // Each takes its inputs from the backend before.
    const y = tf.tidy(() => tf.mean(tf.abs(tf.conv2d(x, filter, 1, 'same', 'NHWC', 3))));
    results.push(y.dataSync()[0]!);
    y.dispose();
  }
  for (const result of results) t.true(Math.abs(result - results[0]!) < 1e-4, results.join());
  restores.forEach(restore => restore());
  tf.dispose([x, filter]);
});

test('swaps only kernels that there are', t => {
  for (const name of backendNames) {
    for (const kernel of swapsOf(name))
      t.true([...hotKernels, ...ownKernels].includes(kernel), `${name}: ${kernel.kernelName}`);
  }
});
