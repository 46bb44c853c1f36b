// The classic implementation's learning objectives, and their slopes along every compatibility and unary weight: what inference
// must reproduce for parameters that were learned with it.
import test, {type ExecutionContext} from 'ava';
import {DenseCRF} from '../../../src/index.ts';
import {bytes, floats, missing} from './reference-data.ts';

const [HEIGHT, WIDTH, LABELS, ITERATIONS] = [48, 64, 3, 5];
const POINTS = HEIGHT * WIDTH;
/** Of the central differences: small enough for a slope, large enough for float32. */
const STEP = 0.005;
const SLOPE_ERROR = 4e-3;

interface Parameters {
  /** Of the Potts term, then of the matrix: its upper triangle, row by row. */
  compat: readonly number[];
  /** [labels, 4] of the logistic unary; none: the energies of the file. */
  weights?: readonly number[];
}

type Objective = (q: Float32Array, truth: readonly number[]) => number;

function unaries(): Float32Array {
  return floats('E_s64x48_unary_L5.f32').subarray(0, LABELS * POINTS);
}

/** The label of least energy; void at every 17th point. */
function groundTruth(): number[] {
  const energy = unaries();
  const at = (l: number, i: number) => energy[l * POINTS + i] ?? NaN;
  return Array.from({length: POINTS}, (_, i) =>
    i % 17 === 0 ? -1 : [0, 1, 2].reduce((best, l) => (at(l, i) < at(best, i) ? l : best), 0),
  );
}

function infer({compat, weights}: Parameters): Float32Array {
  const image = bytes('E_s64x48.rgb');
  using crf = new DenseCRF({shape: [HEIGHT, WIDTH], labels: LABELS});
  if (weights === undefined) {
    crf.setUnaryEnergy(unaries(), {dataFormat: 'channelsFirst'});
  } else {
    const features = Float32Array.from({length: 4 * POINTS}, (_, k) =>
      k % 4 === 0 ? 1 : (image[3 * Math.floor(k / 4) + (k % 4) - 1] ?? NaN) / 255,
    );
    crf.setLogisticUnary(Float32Array.from(weights), features);
  }
  const [potts = NaN, ...upper] = compat;
  crf.addPairwiseGaussian({sxy: 3, compat: potts, kernel: 'diag'});
  const index = (i: number, j: number): number => (i <= j ? (i * (5 - i)) / 2 + j : index(j, i));
  const matrix = [0, 1, 2].map(i => [0, 1, 2].map(j => upper[index(i, j)] ?? NaN));
  crf.addPairwiseBilateral({sxy: 16, srgb: 13, image, compat: matrix, kernel: 'diag'});
  return crf.inferenceSync(ITERATIONS).probabilities;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

function valid(q: Float32Array, truth: readonly number[]): {q: number; label: number}[] {
  return truth.flatMap((label, i) => (label < 0 ? [] : [{q: q[i * LABELS + label] ?? NaN, label}]));
}

/** Mean over all points; a void one counts 0. */
const logLikelihood: Objective = (q, truth) =>
  (mean(valid(q, truth).map(point => Math.log(Math.max(point.q + 0.01, 1e-20)))) * valid(q, truth).length) / POINTS;

const hamming: Objective = (q, truth) => {
  const points = valid(q, truth);
  const share = [0, 1, 2].map(l => points.filter(({label}) => label === l).length / points.length);
  const weight = points.map(({label}) => 1 / (share[label] ?? NaN));
  const total = weight.reduce((a, b) => a + b, 0);
  return points.reduce((sum, point, i) => sum + ((weight[i] ?? NaN) / total) * point.q, 0);
};

const objectives: readonly [string, Objective][] = [
  ['loglik_robust0.01', logLikelihood],
  ['hamming_pow1', hamming],
];

const start: Parameters = {
  compat: [1, ...[0, 1, 2].flatMap(i => [0, 1, 2].filter(j => j >= i).map(j => (i === j ? -2 : 0.3 * (i + j))))],
};
const logistic: Parameters = {
  ...start,
  weights: Array.from({length: 12}, (_, k) => 0.1 * (Math.floor(k / 4) + 1) * (k % 2 === 1 ? 1 : -1)),
};

function slopes(values: readonly number[], at: (changed: readonly number[]) => number): number[] {
  return values.map((_, k) => {
    const moved = (by: number) => at(values.map((value, i) => (i === k ? value + by : value)));
    return (moved(STEP) - moved(-STEP)) / (2 * STEP);
  });
}

function assertNear(t: ExecutionContext, slope: readonly number[], expected: unknown): void {
  if (!Array.isArray(expected)) return t.fail('no slopes to compare with');
  t.is(slope.length, expected.length);
  const error = Math.max(...slope.map((value, k) => Math.abs(value - Number(expected[k]))));
  t.assert(error <= SLOPE_ERROR, `slopes ${slope.join(' ')} differ by ${error} from ${expected.join(' ')}`);
}

for (const [mode, parameters] of [start, logistic].entries()) {
  for (const [name, objective] of objectives) {
    test(`E, mode ${mode}: ${name} and its slopes`, t => {
      if (missing !== undefined) {
        t.log(missing);
        t.pass();
        return;
      }
      const expected = JSON.parse(new TextDecoder().decode(bytes('E_learning_gradients.json'))) as Record<
        string,
        unknown
      >;
      const truth = groundTruth();
      const at = (changed: Partial<Parameters>) => objective(infer({...parameters, ...changed}), truth);
      const key = `mode${mode}_${name}`;
      const value = expected[`${key}_value`];
      t.assert(typeof value === 'number' && Math.abs(at({}) - value) <= 1e-4, `${at({})} is not ${String(value)}`);

      const compat = slopes(parameters.compat, changed => at({compat: changed}));
      assertNear(t, compat, expected[`${key}_grad_compat`]);
      if (parameters.weights === undefined) return;
      // Stored column by column.
      const weights = slopes(parameters.weights, changed => at({weights: changed}));
      const byColumn = weights.map((_, k) => weights[(k % LABELS) * 4 + Math.floor(k / LABELS)] ?? NaN);
      assertNear(t, byColumn, expected[`${key}_grad_unary`]);
    });
  }
}
