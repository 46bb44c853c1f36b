import test from 'ava';
import {resizeBilinear, type Tensor4D} from '../../../src/ops/index.ts';
import {detached, refuses, resizable, shared, untyped} from '../bad.ts';

function image(height: number, width: number, ...values: number[]): Tensor4D {
  return {data: Float32Array.from(values), shape: [1, height, width, values.length / (height * width)]};
}

test('keeps the corners with alignCorners', t => {
  const {data, shape} = resizeBilinear(image(2, 2, 1, 2, 3, 4), [5, 5], {alignCorners: true});
  t.deepEqual(shape, [1, 5, 5, 1]);
  t.deepEqual([data[0], data[4], data[20], data[24]], [1, 2, 3, 4]);
  t.is(data[12], 2.5);
});

test('looks at i in / out unless told otherwise', t => {
  const {data} = resizeBilinear(image(1, 2, 0, 8), [1, 4]);
  t.deepEqual(Array.from(data), [0, 4, 8, 8]);
});

test('has pixel centres at halves with halfPixelCenters', t => {
  const {data} = resizeBilinear(image(1, 2, 0, 8), [1, 4], {halfPixelCenters: true});
  t.deepEqual(Array.from(data), [0, 2, 6, 8]);
});

test('makes smaller, too', t => {
  const {data} = resizeBilinear(image(1, 5, 0, 1, 2, 3, 4), [1, 3], {alignCorners: true});
  t.deepEqual(Array.from(data), [0, 2, 4]);
});

test('keeps images and channels apart', t => {
  const data = Float32Array.of(0, 10, 2, 30, 4, 50, 6, 70);
  const result = resizeBilinear({data, shape: [2, 1, 2, 2]}, [1, 3], {alignCorners: true});
  t.deepEqual(result.shape, [2, 1, 3, 2]);
  t.deepEqual(Array.from(result.data), [0, 10, 1, 20, 2, 30, 4, 50, 5, 60, 6, 70]);
});

test('changes nothing at the same size, and gives new memory', t => {
  const given = image(3, 2, 1, 2, 3, 4, 5, 6);
  for (const options of [{}, {alignCorners: true}, {halfPixelCenters: true}]) {
    const result = resizeBilinear(given, [3, 2], options);
    t.deepEqual(result, given);
    t.not(result.data, given.data);
  }
});

test('names the argument that is wrong', t => {
  t.throws(() => resizeBilinear({data: new Float32Array(3), shape: [1, 2, 2, 1]}, [5, 5]), {
    code: 'ERR_INVALID_SHAPE',
    message: 'Expected images.data to hold 4 values for shape [1, 2, 2, 1] but received 3',
  });
});

test('bad input', t => {
  const good = image(2, 2, 1, 2, 3, 4);
  const resize =
    (images: unknown, size: unknown = [5, 5], options: unknown = {}) =>
    (): Tensor4D => {
      return resizeBilinear(untyped(images), untyped(size), untyped(options));
    };
  t.notThrows(resize(good));
  refuses(t, resize(undefined), 'ERR_INVALID_TYPE', 'images', 'undefined');
  refuses(t, resize(new Float32Array(4)), 'ERR_INVALID_TYPE', 'images.shape');
  refuses(t, resize({...good, data: [1, 2, 3, 4]}), 'ERR_INVALID_TYPE', 'images.data', 'an array');
  refuses(t, resize({...good, data: new Uint8Array(4)}), 'ERR_INVALID_TYPE', 'images.data', 'Uint8Array');
  refuses(t, resize({...good, data: shared(4)}), 'ERR_INVALID_TYPE', 'images.data', 'SharedArrayBuffer');
  refuses(t, resize({...good, data: resizable(4)}), 'ERR_INVALID_TYPE', 'images.data', 'resizable');
  refuses(t, resize({...good, data: detached(new Float32Array(4))}), 'ERR_DETACHED', 'images.data');
  refuses(t, resize({...good, shape: [2, 2, 1]}), 'ERR_INVALID_SHAPE', 'images.shape', '4 sizes');
  refuses(t, resize({...good, shape: [1, 2, 2, 0]}), 'ERR_OUT_OF_RANGE', 'images.shape[3]', '0');
  refuses(t, resize(good, [5]), 'ERR_INVALID_SHAPE', 'size', '2 sizes');
  refuses(t, resize(good, 5), 'ERR_INVALID_TYPE', 'size', '5');
  for (const size of [0, -1, 2.5, NaN]) refuses(t, resize(good, [5, size]), 'ERR_OUT_OF_RANGE', 'size[1]', `${size}`);
  refuses(t, resize(good, [2 ** 16, 2 ** 15]), 'ERR_TOO_LARGE', 'size', '1 x 65536 x 32768 x 1');
  refuses(t, resize(good, [5, 5], {alignCorner: true}), 'ERR_UNKNOWN_OPTION', "'alignCorners'?");
  refuses(t, resize(good, [5, 5], {alignCorners: 1}), 'ERR_INVALID_TYPE', 'alignCorners');
  refuses(
    t,
    resize(good, [5, 5], {alignCorners: true, halfPixelCenters: true}),
    'ERR_OUT_OF_RANGE',
    'alignCorners',
    'halfPixelCenters',
  );
});

test('values that are not finite pass: an op does not judge', t => {
  const {data} = resizeBilinear(image(1, 2, NaN, 1), [1, 2]);
  t.deepEqual(Array.from(data), [NaN, 1]);
});
