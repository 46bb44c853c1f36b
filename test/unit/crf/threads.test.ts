import test from 'ava';
import {concurrency, DenseCRF, unaryFromSoftmax} from '../../../src/index.ts';
import {native} from '../../../src/native/load.ts';
import {makeScene, randomNumbers} from './scene.ts';

/** A scene of many tiles, so that every thread has some. */
const scene = makeScene(150, 170);

function results(compat: number | number[][]): unknown[] {
  const {shape, labels, image, probabilities} = scene;
  const crf = new DenseCRF({shape, labels});
  crf.setUnaryEnergy(unaryFromSoftmax(probabilities, {labels}));
  crf.addPairwiseGaussian({sxy: 2, compat: 2, normalization: 'after'});
  crf.addPairwiseBilateral({sxy: 15, srgb: 15, image, compat});
  const {probabilities: q, labels: map} = crf.inferenceSync(4);
  crf.startInference();
  crf.stepInference();
  return [q, map, crf.klDivergence(), crf.pairwiseEnergy(scene.truth), crf.latticeVertices(1)];
}

function twoLabels(): unknown[] {
  const crf = new DenseCRF({shape: [200, 210], labels: 2});
  const random = randomNumbers(4);
  crf.setUnaryEnergy(Float32Array.from({length: 2 * crf.points}, random));
  crf.addPairwiseGaussian({sxy: 4, compat: 3});
  crf.addPairwiseBilateral({sxy: 9, srgb: 0.3, image: Float32Array.from({length: crf.points}, random), compat: 3});
  return [crf.inferenceSync(4)];
}

const matrix = [
  [-2, 1, 0],
  [1, -3, 2],
  [0, 2, -2],
];

for (const [name, run] of Object.entries({
  'one compatibility': () => results(4),
  'a matrix': () => results(matrix),
  'two labels': twoLabels,
})) {
  test.serial(`${name}: the same bits with 1, 2 and 3 threads on each instruction set`, t => {
    const [isa, threads] = [native().isa(), concurrency()];
    try {
      for (const set of native().isas()) {
        native().useIsa(set);
        concurrency(1);
        const expected = run();
        for (const count of [2, 3]) {
          concurrency(count);
          t.deepEqual(run(), expected, `${set}, ${count} threads`);
        }
      }
    } finally {
      native().useIsa(isa);
      concurrency(threads);
    }
  });
}
