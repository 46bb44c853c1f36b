import test from 'ava';
import {createPairwiseBilateral, createPairwiseGaussian} from '../../../src/index.ts';
import {refuses, untyped} from '../bad.ts';
import {difference, toChannelsFirst} from './scene.ts';

test('createPairwiseGaussian: (y, x) over sdims', t => {
  const features = createPairwiseGaussian({shape: [2, 3], sdims: [2, 4]});
  t.deepEqual(Array.from(features), [0, 0, 0, 0.25, 0, 0.5, 0.5, 0, 0.5, 0.25, 0.5, 0.5]);
  t.deepEqual(
    createPairwiseGaussian({shape: [2, 3], sdims: [2, 4], dataFormat: 'channelsFirst'}),
    toChannelsFirst(features, 2),
  );
});

test('createPairwiseGaussian: any number of dimensions', t => {
  const features = createPairwiseGaussian({shape: [2, 2, 3], sdims: 1});
  t.is(features.length, 36);
  t.deepEqual(Array.from(features.subarray(33)), [1, 1, 2]);
  t.deepEqual(Array.from(createPairwiseGaussian({shape: [4], sdims: 2})), [0, 0.5, 1, 1.5]);
});

test('createPairwiseBilateral: positions, then channels over srgb', t => {
  const image = Uint8Array.of(10, 20, 30, 40);
  const features = createPairwiseBilateral({shape: [1, 2], sdims: 2, srgb: [10, 20], image});
  t.deepEqual(Array.from(features), [0, 0, 1, 1, 0, 0.5, 3, 2]);
  const first = createPairwiseBilateral({
    ...{shape: [1, 2], sdims: 2, srgb: [10, 20], dataFormat: 'channelsFirst'},
    image: Uint8Array.of(10, 30, 20, 40),
  });
  t.deepEqual(first, toChannelsFirst(features, 4));
});

test('createPairwiseBilateral: floats, and divisions as in float32', t => {
  const image = Float32Array.of(0.1, 0.7, 1e-3);
  const features = createPairwiseBilateral({shape: [3], sdims: 3, srgb: 0.3, image});
  const expected = Array.from(image, (value, x) => [x / 3, value / Math.fround(0.3)]).flat();
  t.is(difference(features, Float32Array.from(expected)), 0);
});

test('bad input', t => {
  const gaussian = (options: object) => () => createPairwiseGaussian(untyped({shape: [2, 3], sdims: 1, ...options}));
  refuses(t, gaussian({shape: [2, 0]}), 'ERR_OUT_OF_RANGE', 'shape[1]');
  refuses(t, gaussian({shape: 6}), 'ERR_INVALID_TYPE', 'shape');
  refuses(t, gaussian({shape: [2 ** 16, 2 ** 16]}), 'ERR_TOO_LARGE', 'shape');
  refuses(t, gaussian({sdims: 0}), 'ERR_OUT_OF_RANGE', 'sdims');
  refuses(t, gaussian({sdims: [1]}), 'ERR_INVALID_SHAPE', 'sdims', '2 in all');
  refuses(t, gaussian({sxy: 1}), 'ERR_UNKNOWN_OPTION', "'sxy'");
  const good = {shape: [2, 3], sdims: 1, srgb: 1, image: new Float32Array(6)};
  const bilateral = (options: object) => () => createPairwiseBilateral(untyped({...good, ...options}));
  t.notThrows(bilateral({}));
  refuses(t, bilateral({image: new Float32Array(7)}), 'ERR_INVALID_SHAPE', 'image', '6 values');
  refuses(t, bilateral({image: new Float32Array(6).fill(NaN)}), 'ERR_NOT_FINITE', 'image', 'index 0');
  refuses(t, bilateral({image: [1, 2, 3, 4, 5, 6]}), 'ERR_INVALID_TYPE', 'image');
  refuses(t, bilateral({srgb: -1}), 'ERR_OUT_OF_RANGE', 'srgb');
  refuses(t, bilateral({srgb: [1, 1]}), 'ERR_INVALID_SHAPE', 'srgb', 'each channel');
  refuses(t, bilateral({schan: 1}), 'ERR_UNKNOWN_OPTION', "'schan'");
});
