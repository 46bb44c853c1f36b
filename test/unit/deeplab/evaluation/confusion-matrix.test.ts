import test from 'ava';
import {Random} from '../../../../bench/lib/random.ts';
import {ConfusionMatrix} from '../../../../src/deeplab/evaluation/confusion-matrix.ts';

const close = (a: number, b: number): boolean => Math.abs(a - b) < 1e-12;

test('counts what was taken for what', t => {
  const matrix = new ConfusionMatrix({classes: 3});
  matrix.add(Int32Array.of(0, 0, 1, 1, 2, 2), Uint8Array.of(0, 1, 1, 1, 255, 2));
  t.deepEqual([...matrix.counts], [1, 0, 0, 1, 2, 0, 0, 0, 1]);
  t.is(matrix.pixels, 5);
  t.deepEqual([...matrix.intersectionOverUnion], [1 / 2, 2 / 3, 1]);
  t.deepEqual([...matrix.accuracies], [1, 2 / 3, 1]);
  t.is(matrix.pixelAccuracy, 4 / 5);
  t.true(close(matrix.meanIoU, (1 / 2 + 2 / 3 + 1) / 3));
});

test('a class that was found and does not occur counts in one of the two means', t => {
  const matrix = new ConfusionMatrix({classes: 4}).add(Int32Array.of(0, 0, 2), Int32Array.of(0, 0, 0));
  t.deepEqual([...matrix.intersectionOverUnion], [2 / 3, NaN, 0, NaN]);
  t.is(matrix.meanIoU, 2 / 3);
  t.is(matrix.meanIoUOfSeen, 1 / 3);
  t.is(matrix.meanAccuracy, 2 / 3);
});

test('agrees with sets of pixels on random maps, merged or added', t => {
  const random = new Random(7);
  for (let round = 0; round < 20; ++round) {
    const [classes, points] = [1 + random.integer(9), 50 + random.integer(200)];
    const draw = (): number => random.integer(classes);
    const truth = Uint16Array.from({length: points}, () => (random.uniform() < 0.2 ? 300 : draw()));
    const labels = Uint8Array.from({length: points}, draw);
    const mask = Uint8Array.from({length: points}, () => random.integer(2));
    const matrix = new ConfusionMatrix({classes, voidLabel: 300}).add(labels, truth, mask);
    const counted = [...truth.keys()].filter(i => truth[i] !== 300 && mask[i] === 1);
    matrix.intersectionOverUnion.forEach((ratio, label) => {
      const both = counted.filter(i => truth[i] === label && labels[i] === label).length;
      const either = counted.filter(i => truth[i] === label || labels[i] === label).length;
      t.is(ratio, both / either);
    });
    t.is(matrix.pixelAccuracy, counted.filter(i => truth[i] === labels[i]).length / counted.length);
    const twice = new ConfusionMatrix({classes, voidLabel: 300}).merge(matrix).add(labels, truth, mask);
    t.deepEqual(
      twice.counts,
      matrix.counts.map(pixels => 2 * pixels),
    );
  }
});

test('names what is wrong and counts nothing then', t => {
  const matrix = new ConfusionMatrix({classes: 2});
  t.throws(() => matrix.add(Int32Array.of(0, 2), Int32Array.of(0, 1)), {
    code: 'ERR_OUT_OF_RANGE',
    message: 'Expected labels to hold labels from 0 to 1 but received 2 at index 1',
  });
  t.throws(() => matrix.add(Int32Array.of(0, 0), Int32Array.of(0, -1)), {
    code: 'ERR_OUT_OF_RANGE',
    message: 'Expected truth to hold labels from 0 to 1 or the voidLabel 255 but received -1 at index 1',
  });
  t.throws(() => matrix.add(Int32Array.of(0), Int32Array.of(0, 1)), {
    code: 'ERR_INVALID_SHAPE',
    message: 'Expected labels to hold 2 values as truth does but received 1',
  });
  t.throws(() => matrix.add(Int32Array.of(0), Int32Array.of(0), new Uint8Array(2)), {code: 'ERR_INVALID_SHAPE'});
  t.throws(() => matrix.add(new Float32Array(1) as unknown as Int32Array, Int32Array.of(0)), {
    code: 'ERR_INVALID_TYPE',
  });
  t.throws(() => matrix.merge(new ConfusionMatrix({classes: 3})), {code: 'ERR_INVALID_SHAPE'});
  t.throws(() => new ConfusionMatrix({classes: 0}), {code: 'ERR_OUT_OF_RANGE'});
  t.is(matrix.pixels, 0);
});
