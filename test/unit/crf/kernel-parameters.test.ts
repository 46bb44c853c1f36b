import test from 'ava';
import {DenseCRF, type KernelType, unaryFromSoftmax} from '../../../src/index.ts';
import {difference, makeScene} from './scene.ts';

const scene = makeScene();

function withKernel(kernel: KernelType, sxy: number | number[], kernelParameters?: Float32Array): DenseCRF {
  const crf = new DenseCRF({shape: scene.shape, labels: 3});
  crf.setUnaryEnergy(unaryFromSoftmax(scene.probabilities, {labels: 3}));
  crf.addPairwiseGaussian({sxy, compat: 3, kernel, kernelParameters});
  return crf;
}

test('each kernel begins with ones or the identity, and infers the same', t => {
  t.deepEqual(withKernel('const', 2).kernelParameters(0), new Float32Array(0));
  t.deepEqual(withKernel('diag', 2).kernelParameters(0), Float32Array.of(1, 1));
  t.deepEqual(withKernel('full', 2).kernelParameters(0), Float32Array.of(1, 0, 0, 1));
  const expected = withKernel('const', 2).inferenceSync(4).probabilities;
  for (const kernel of ['diag', 'full'] as const) {
    t.true(difference(withKernel(kernel, 2).inferenceSync(4).probabilities, expected) < 1e-6, kernel);
  }
});

test('diag parameters are factors of the features', t => {
  const expected = withKernel('const', [4, 1]).inferenceSync(4).probabilities;
  const factors = Float32Array.of(0.5, 2);
  t.true(difference(withKernel('diag', 2, factors).inferenceSync(4).probabilities, expected) < 1e-5);
  const later = withKernel('diag', 2);
  later.inferenceSync(1);
  later.setKernelParameters(0, factors);
  t.deepEqual(later.kernelParameters(0), factors);
  t.true(difference(later.inferenceSync(4).probabilities, expected) < 1e-5);
});

test('full parameters are a row-major matrix times the features', t => {
  const expected = withKernel('const', [4, 1]).inferenceSync(4).probabilities;
  const matrix = Float32Array.of(0.5, 0, 0, 2);
  t.true(difference(withKernel('full', 2, matrix).inferenceSync(4).probabilities, expected) < 1e-5);
  const shear = withKernel('full', 2, Float32Array.of(1, 1, 0, 1)).inferenceSync(4).probabilities;
  const sheared = new DenseCRF({shape: scene.shape, labels: 3});
  sheared.setUnaryEnergy(unaryFromSoftmax(scene.probabilities, {labels: 3}));
  const features = Float32Array.from({length: 2400}, (_, i) => {
    const [point, axis] = [Math.floor(i / 2), i % 2];
    const [x, y] = [(point % 40) / 2, Math.floor(point / 40) / 2];
    return axis === 0 ? x + y : y;
  });
  sheared.addPairwiseEnergy({features, compat: 3});
  t.true(difference(shear, sheared.inferenceSync(4).probabilities) < 1e-5);
});
