// What the classic implementation computes, on every instruction set of this machine and with one and two threads.
import test, {type ExecutionContext} from 'ava';
import {
  concurrency,
  createPairwiseBilateral,
  createPairwiseGaussian,
  DenseCRF,
  unaryFromLabels,
  unaryFromSoftmax,
  type BilateralOptions,
  type GaussianOptions,
} from '../../../src/index.ts';
import {native} from '../../../src/native/load.ts';
import {bytes, floats, missing} from './reference-data.ts';

const dataFormat = 'channelsFirst';

interface Case {
  name: string;
  crf: () => DenseCRF;
  /** The file of the expected Q for each number of iterations. */
  expected: Record<number, string>;
}

interface Terms {
  bilateral?: Partial<BilateralOptions>;
  gaussian?: Partial<GaussianOptions>;
}

function caseA(): DenseCRF {
  const crf = new DenseCRF({shape: [240, 320], labels: 2});
  crf.setUnaryEnergy(floats('A_unary_L2.f32'), {dataFormat});
  crf.addPairwiseGaussian({sxy: 3, compat: 3});
  crf.addPairwiseBilateral({sxy: 80, srgb: 13, compat: 10, image: bytes('A_im1_320x240.rgb')});
  return crf;
}

function caseC({bilateral, gaussian}: Terms = {}): DenseCRF {
  const crf = new DenseCRF({shape: [95, 121], labels: 4});
  crf.setUnaryEnergy(floats('C_unary_L4.f32'), {dataFormat});
  const image = bytes('C_chelsea_121x95.rgb');
  crf.addPairwiseBilateral({sxy: 20, srgb: 13, compat: 10, image, ...bilateral});
  crf.addPairwiseGaussian({sxy: 3, compat: 3, ...gaussian});
  return crf;
}

function caseCWithHelpers(): DenseCRF {
  const [shape, image] = [[95, 121], bytes('C_chelsea_121x95.rgb')];
  const crf = new DenseCRF({shape, labels: 4});
  crf.setUnaryEnergy(floats('C_unary_L4.f32'), {dataFormat});
  crf.addPairwiseEnergy({features: createPairwiseBilateral({shape, sdims: 20, srgb: 13, image}), compat: 10});
  crf.addPairwiseEnergy({features: createPairwiseGaussian({shape, sdims: 3}), compat: 3});
  return crf;
}

function caseD(): DenseCRF {
  const [shape, image] = [[11, 17, 23], floats('D_vol_11x17x23.f32')];
  const crf = new DenseCRF({shape, labels: 2});
  crf.setUnaryEnergy(floats('D_unary_L2.f32'), {dataFormat});
  crf.addPairwiseEnergy({features: createPairwiseGaussian({shape, sdims: 1}), compat: 3});
  crf.addPairwiseEnergy({features: createPairwiseBilateral({shape, sdims: 5, srgb: 20, image}), compat: 4});
  return crf;
}

const matrix = [
  [-8, 1, 2, 3],
  [0, -9, 1, 2],
  [1, 2, -7, 0],
  [2, 0, 3, -10],
];

const cases: readonly Case[] = [
  {name: 'A', crf: caseA, expected: {1: 'A_Q_it1.f32', 5: 'A_Q_it5.f32', 10: 'A_Q_it10.f32'}},
  {name: 'C, symmetric', crf: caseC, expected: {5: 'C_Q_SYM_it5.f32'}},
  ...(['before', 'after'] as const).map(normalization => ({
    name: `C, ${normalization}`,
    crf: () => caseC({bilateral: {normalization}, gaussian: {normalization}}),
    expected: {5: `C_Q_${normalization.toUpperCase()}_it5.f32`},
  })),
  {
    name: 'C, not normalised',
    crf: () =>
      caseC({
        bilateral: {compat: 0.1, normalization: 'none'},
        gaussian: {compat: 0.1, normalization: 'none'},
      }),
    expected: {5: 'C_Q_NO_it5.f32'},
  },
  {
    name: 'C, one compatibility per label',
    crf: () => caseC({bilateral: {compat: [-10, -8, -6, -4]}}),
    expected: {5: 'C_Q_diagcompat_it5.f32'},
  },
  {
    name: 'C, compatibility matrix',
    crf: () => caseC({bilateral: {compat: matrix}}),
    expected: {5: 'C_Q_matcompat_it5.f32'},
  },
  {name: 'C, features in (y, x) order', crf: caseCWithHelpers, expected: {5: 'C_Q_utils_yx_it5.f32'}},
  {name: 'D, a volume', crf: caseD, expected: {5: 'D_Q_it5.f32'}},
];

function forEachMachine(run: (machine: string) => void): void {
  const [isa, threads] = [native().isa(), concurrency()];
  try {
    for (const name of native().isas()) {
      for (const count of [1, 2]) {
        native().useIsa(name);
        concurrency(count);
        run(`${name}, ${count} threads`);
      }
    }
  } finally {
    native().useIsa(isa);
    concurrency(threads);
  }
}

/** The label of greatest probability, the first of several, of [labels, points]. */
function argmax(probabilities: Float32Array, points: number): Int32Array {
  const best = new Int32Array(points);
  for (let i = points; i < probabilities.length; ++i) {
    const point = i % points;
    if (probabilities[i]! > probabilities[best[point]! * points + point]!) best[point] = Math.floor(i / points);
  }
  return best;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

function reference(title: string, body: (t: ExecutionContext) => void): void {
  test.serial(title, t => {
    if (missing === undefined) {
      body(t);
      return;
    }
    t.log(missing);
    t.pass();
  });
}

for (const {name, crf: create, expected} of cases) {
  reference(`case ${name}: the classic Q and labels`, t => {
    forEachMachine(machine => {
      const crf = create();
      for (const [iterations, file] of Object.entries(expected)) {
        const q = floats(file);
        const {probabilities, labels} = crf.inferenceSync(Number(iterations), {dataFormat});
        const difference = largestDifference(probabilities, q);
        t.true(difference <= 1e-4, `${machine}, ${iterations} iterations: |dQ| ${difference}`);
        t.deepEqual(labels, argmax(q, crf.points), machine);
        t.deepEqual(crf.mapSync(Number(iterations)), labels, machine);
      }
      crf.dispose();
    });
  });
}

reference('case A: the classic KL divergence, step by step', t => {
  const expected = [
    -544270.46, -891115.96, -920683.37, -922589.44, -923352.16, -923527.21, -923610.57, -923672.05, -923719.2,
    -923757.58, -923790.4,
  ];
  forEachMachine(machine => {
    const crf = caseA();
    crf.startInference();
    expected.forEach((divergence, step) => {
      if (step > 0) crf.stepInference();
      const error = Math.abs(crf.klDivergence() / divergence - 1);
      t.true(error <= 1e-4, `${machine}, step ${step}: relative error ${error}`);
    });
    const difference = largestDifference(crf.currentProbabilities({dataFormat}), floats('A_Q_it10.f32'));
    t.true(difference <= 1e-4, `${machine}: |dQ| ${difference}`);
    t.deepEqual(crf.currentLabels(), argmax(floats('A_Q_it10.f32'), crf.points));
    crf.dispose();
  });
});

reference('case A: unary energies from labels', t => {
  const labels = Uint8Array.from(bytes('A_labels_0unsure.u8'));
  const unary = unaryFromLabels(labels, {labels: 2, groundTruthProbability: 0.7, zeroUnsure: true, dataFormat});
  t.true(largestDifference(unary, floats('A_unary_L2.f32')) <= 1e-6);
});

reference('case C: unary energies from probabilities', t => {
  const probabilities = floats('C_probs_L4.f32');
  forEachMachine(machine => {
    const unary = unaryFromSoftmax(probabilities, {labels: 4});
    t.true(largestDifference(unary, floats('C_unary_L4.f32')) <= 2e-6, machine);
    const scaled = unaryFromSoftmax(probabilities, {labels: 4, scale: 0.8});
    t.true(largestDifference(scaled, floats('C_unary_scale0.8_L4.f32')) <= 2e-6, machine);
  });
});
