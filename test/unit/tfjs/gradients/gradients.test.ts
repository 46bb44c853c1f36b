import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import test, {type ExecutionContext} from 'ava';
import {accelerate} from '../../../../src/tfjs/accelerate.ts';
import {enableAtrousTraining} from '../../../../src/tfjs/gradients/index.ts';
import {close, Random, type Values} from '../../ops/oracle.ts';
import {settings} from '../backends.ts';
import {operators, type Problem} from './problems.ts';

const STEP = 1e-6;

/** The gradient of a sum of products with `dy` by each of a problem's arrays. */
function centralDifferences({values, byDefinition}: Problem, dy: Float32Array): Float64Array[] {
  const around = values.map(array => Float64Array.from(array));
  const loss = (): number => sumOfProducts(byDefinition(around), dy);
  return around.map(array =>
    Float64Array.from(array, (value, i) => {
      array[i] = value + STEP;
      const above = loss();
      array[i] = value - STEP;
      const below = loss();
      array[i] = value;
      return (above - below) / (2 * STEP);
    }),
  );
}

function sumOfProducts(a: Values, b: Values): number {
  let sum = 0;
  a.forEach((value, i) => (sum += value * b[i]!));
  return sum;
}

/** The gradients that tfjs finds, beside central differences. */
function compare(t: ExecutionContext, problem: Problem, random: Random, text: string): void {
  const dy = random.floats(problem.outShape.reduce((a, b) => a * b, 1));
  const expected = centralDifferences(problem, dy);
  tf.tidy(() => {
    const tensors = problem.values.map((values, i) => tf.tensor(values, problem.shapes[i]));
    const gradientsOf = tf.grads((...of: tf.Tensor[]) => problem.byTfjs(of));
    gradientsOf(tensors, tf.tensor(dy, problem.outShape)).forEach((gradient, i) => {
      t.deepEqual(gradient.shape, problem.shapes[i], text);
      close(t, gradient.dataSync<'float32'>(), expected[i]!, `${text}, gradient ${i}, ${problem.text}`, 1e-4);
    });
  });
}

for (const {backend, isAccelerated} of settings) {
  const taken = {
    numericPad: backend !== 'tensorflow' || isAccelerated,
    undilated: backend === 'cpu' || backend === 'densecrf' || isAccelerated,
  };
  for (const [name, problemFor] of Object.entries(operators)) {
    const title = isAccelerated ? `${backend}, accelerated` : backend;
    test.serial(`${title}: gradients of ${name} agree with central differences`, async t => {
      await tf.setBackend(backend);
      const restores = [enableAtrousTraining(), ...(isAccelerated ? [accelerate(backend)] : [])];
      for (let seed = 0; seed < 40; ++seed) {
        const random = new Random(seed);
        compare(t, problemFor(random, taken), random, `seed ${seed}`);
      }
      for (const restore of restores) restore();
    });
  }
}
