import test from 'ava';
import {type DenseCrfErrorCode, refine, refineSync} from '../../../src/index.ts';
import {detached, refuses, rejects, resizable, shared, untyped} from '../bad.ts';
import {makeScene, toChannelsFirst} from './scene.ts';

const {image, width, height, probabilities, truth} = makeScene(9, 12);
const logits = probabilities.map(p => 3 * p);
const good = {image, width, height, probabilities};

type Bad = readonly [options: object, code: DenseCrfErrorCode, ...words: string[]];

const cases: readonly Bad[] = [
  // What to start from
  [{probabilities: undefined}, 'ERR_INVALID_TYPE', 'exactly one of', 'foreground', 'none'],
  [{labels: truth}, 'ERR_INVALID_TYPE', 'exactly one of', 'probabilities and labels'],
  [{probabilities: new Float64Array(324)}, 'ERR_INVALID_TYPE', 'probabilities', 'Float64Array'],
  [{probabilities: shared(324)}, 'ERR_INVALID_TYPE', 'probabilities', 'SharedArrayBuffer'],
  [{probabilities: resizable(324)}, 'ERR_INVALID_TYPE', 'probabilities', 'resizable'],
  [{probabilities: detached(new Float32Array(324))}, 'ERR_DETACHED', 'probabilities'],
  [{probabilities: new Float32Array(100)}, 'ERR_INVALID_SHAPE', 'probabilities', '108', '[9, 12]', 'resizeBilinear'],
  [{probabilities: new Float32Array(0)}, 'ERR_INVALID_SHAPE', 'probabilities'],
  [{probabilities: new Float32Array(108)}, 'ERR_INVALID_SHAPE', 'probabilities', 'foreground'],
  [{probabilities: new Float32Array(324).fill(NaN)}, 'ERR_NOT_FINITE', 'probabilities', 'NaN'],
  [{probabilities: logits.map(x => x - 4)}, 'ERR_OUT_OF_RANGE', 'probabilities', 'logits'],
  [{probabilities: toChannelsFirst(probabilities, 3)}, 'ERR_INVALID_SHAPE', 'look channels first', 'dataFormat'],
  [{dataFormat: 'channelsFirst'}, 'ERR_INVALID_SHAPE', 'probabilities', 'look channels last'],
  [{probabilities: undefined, logits: new Float32Array(100)}, 'ERR_INVALID_SHAPE', 'logits', '108'],
  [{probabilities: undefined, logits: new Float32Array(324).fill(Infinity)}, 'ERR_NOT_FINITE', 'logits'],
  [{probabilities: undefined, logits: [1, 2, 3]}, 'ERR_INVALID_TYPE', 'logits'],
  [{probabilities: undefined, labels: new Uint8Array(107)}, 'ERR_INVALID_SHAPE', 'labels', '108', '107'],
  [{probabilities: undefined, labels: new Float32Array(108)}, 'ERR_INVALID_TYPE', 'labels', 'Float32Array'],
  [{probabilities: undefined, labels: truth, labelCount: 2}, 'ERR_OUT_OF_RANGE', 'labels', '0 to 1', 'received 2'],
  [{probabilities: undefined, labels: truth, labelCount: 0}, 'ERR_OUT_OF_RANGE', 'labels', '0'],
  [{probabilities: undefined, labels: truth, groundTruthProbability: 1}, 'ERR_OUT_OF_RANGE', 'groundTruthProbability'],
  [{probabilities: undefined, labels: new Int32Array(108).fill(-1)}, 'ERR_OUT_OF_RANGE', 'labels', '-1'],
  [{probabilities: undefined, labels: truth, zeroUnsure: 'yes'}, 'ERR_INVALID_TYPE', 'zeroUnsure'],
  [{probabilities: undefined, labels: truth, scale: 0.5}, 'ERR_UNKNOWN_OPTION', "'scale'"],
  [{probabilities: undefined, foreground: new Uint8Array(109)}, 'ERR_INVALID_SHAPE', 'foreground', '108', '109'],
  [{probabilities: undefined, foreground: new Uint16Array(108)}, 'ERR_INVALID_TYPE', 'foreground', 'Uint16Array'],
  [{probabilities: undefined, foreground: new Uint8Array(108).fill(1)}, 'ERR_OUT_OF_RANGE', 'foreground', '255'],
  [
    {probabilities: undefined, foreground: new Float32Array(108).fill(255)},
    'ERR_OUT_OF_RANGE',
    'foreground',
    'Uint8Array',
  ],
  [{probabilities: undefined, foreground: new Float32Array(108).fill(NaN)}, 'ERR_NOT_FINITE', 'foreground'],
  [
    {probabilities: undefined, foreground: new Uint8Array(108), groundTruthProbability: 0.5},
    'ERR_OUT_OF_RANGE',
    'groundTruthProbability',
  ],
  [{scale: 0}, 'ERR_OUT_OF_RANGE', 'scale'],
  [{clip: 1}, 'ERR_OUT_OF_RANGE', 'clip'],
  // The picture
  [{image: undefined}, 'ERR_INVALID_TYPE', 'image', 'undefined'],
  [{image: Array.from(image)}, 'ERR_INVALID_TYPE', 'image', 'an array'],
  [{image: new Uint16Array(324)}, 'ERR_INVALID_TYPE', 'image', 'Uint16Array'],
  [{image: image.subarray(1)}, 'ERR_INVALID_SHAPE', 'image', '12 x 9', '323'],
  [{image: new Uint8Array(5 * 108)}, 'ERR_INVALID_SHAPE', 'image', '1, 2, 3 or 4 channels'],
  [{image: new Float32Array(324).fill(Infinity)}, 'ERR_NOT_FINITE', 'image'],
  [{image: detached(new Uint8Array(324))}, 'ERR_DETACHED', 'image'],
  [{width: 0}, 'ERR_OUT_OF_RANGE', 'width'],
  [{width: undefined}, 'ERR_INVALID_TYPE', 'width', 'undefined'],
  [{height: 9.5}, 'ERR_OUT_OF_RANGE', 'height'],
  [{width: 2 ** 20, height: 2 ** 20}, 'ERR_TOO_LARGE', 'width and height'],
  [{image: {data: image, width: 9, height: 12}}, 'ERR_INVALID_SHAPE', '9 x 12', '12 x 9', 'did you swap'],
  [{image: {data: image, width: 12, height: 10}}, 'ERR_INVALID_SHAPE', '12 x 10', '12 x 9'],
  [{imageDataFormat: 'planar'}, 'ERR_OUT_OF_RANGE', 'imageDataFormat'],
  // The parameters
  [{preset: 'deeplab'}, 'ERR_OUT_OF_RANGE', 'preset', 'deeplab-v2-resnet101'],
  [{preset: 'toString'}, 'ERR_OUT_OF_RANGE', 'preset'],
  [{gaussian: {sxy: 0}}, 'ERR_OUT_OF_RANGE', 'sxy'],
  [{gaussian: {srgb: 3}}, 'ERR_UNKNOWN_OPTION', 'gaussian', "'srgb'"],
  [{gaussian: true}, 'ERR_INVALID_TYPE', 'gaussian'],
  [{gaussian: null}, 'ERR_INVALID_TYPE', 'gaussian', 'null'],
  [{bilateral: {srgb: [1, 2]}}, 'ERR_INVALID_SHAPE', 'srgb'],
  [{bilateral: {sxy: 1e-6}}, 'ERR_OUT_OF_RANGE', 'sxy', '65536'],
  [{bilateral: {image}}, 'ERR_UNKNOWN_OPTION', 'bilateral', "'image'"],
  [{iterations: -1}, 'ERR_OUT_OF_RANGE', 'iterations'],
  [{tolerance: 2}, 'ERR_OUT_OF_RANGE', 'tolerance'],
  [{freeze: 0.6}, 'ERR_OUT_OF_RANGE', 'freeze'],
  [{iteration: 3}, 'ERR_UNKNOWN_OPTION', "'iterations'?"],
];

test('each is refused by name, by both forms', async t => {
  for (const [options, code, ...words] of cases) {
    refuses(t, () => refineSync(untyped({...good, ...options})), code, ...words);
    await rejects(t, refine(untyped({...good, ...options})), code, ...words);
  }
});

test('no options at all', async t => {
  refuses(t, () => refineSync(untyped(undefined)), 'ERR_INVALID_TYPE', 'options', 'undefined');
  await rejects(t, refine(untyped(null)), 'ERR_INVALID_TYPE', 'options', 'null');
});

test('a signal and a listener, or nothing', async t => {
  await rejects(t, refine(untyped({...good, signal: 1})), 'ERR_INVALID_TYPE', 'signal');
  await rejects(t, refine(untyped({...good, onProgress: 1})), 'ERR_INVALID_TYPE', 'onProgress');
  refuses(t, () => refineSync(untyped({...good, signal: AbortSignal.abort()})), 'ERR_UNKNOWN_OPTION', "'signal'");
});
