import test from 'ava';
import {Random} from '../../../../bench/lib/random.ts';
import {trimap} from '../../../../src/deeplab/evaluation/trimap.ts';

test('is the set of pixels with another label within the radius', t => {
  const random = new Random(3);
  for (let round = 0; round < 30; ++round) {
    const [width, height, radius] = [1 + random.integer(20), 1 + random.integer(20), 1 + random.integer(6)];
    const block = 1 + random.integer(7);
    const colours = Uint8Array.from({length: 400}, () => random.integer(3));
    const truth = Uint8Array.from({length: width * height}, (_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      return colours[Math.floor(y / block) * 20 + Math.floor(x / block)] ?? 0;
    });
    const expected = truth.map((label, i) => {
      const isNear = truth.some((other, j) => {
        const dx = (i % width) - (j % width);
        const dy = Math.floor(i / width) - Math.floor(j / width);
        return other !== label && dx ** 2 + dy ** 2 <= radius ** 2;
      });
      return isNear ? 1 : 0;
    });
    t.deepEqual(trimap(truth, {width, height, radius}), expected);
  }
});

test('names what is wrong', t => {
  t.throws(() => trimap(new Uint8Array(5), {width: 2, height: 3, radius: 1}), {
    code: 'ERR_INVALID_SHAPE',
    message: 'Expected truth to hold 6 values for shape [3, 2] but received 5',
  });
  t.throws(() => trimap(new Uint8Array(6), {width: 2, height: 3, radius: 0}), {code: 'ERR_OUT_OF_RANGE'});
});
