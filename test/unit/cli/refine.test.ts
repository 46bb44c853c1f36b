import {readFile} from 'node:fs/promises';
import test from 'ava';
import type {ExecutionContext} from 'ava';
import sharp from 'sharp';
import type {RefineOptions} from '../../../src/crf/refine-options.ts';
import {refine} from '../../../src/crf/refine.ts';
import {vocPalette} from '../../../src/io/colours.ts';
import {decodeLabelPng, encodeLabelPng} from '../../../src/io/label-png.ts';
import {decodeNpy} from '../../../src/io/npy.ts';
import {encodePng} from '../../../src/io/pictures.ts';
import {resizeBilinear} from '../../../src/ops/index.ts';
import {BLUE, densecrf, Folder, HEIGHT, POINTS, PROBABILITIES, RGB, TRUTH, WIDTH} from './fixtures.ts';

const PICTURE = {image: RGB, width: WIDTH, height: HEIGHT};

/** Refines one input in a fresh folder and reads the labels and probabilities that come out. */
async function run(
  t: ExecutionContext,
  makeInput: (folder: Folder) => Promise<string>,
  ...options: string[]
): Promise<{labels: Int32Array; probabilities: Float32Array; shape: readonly number[]; err: string}> {
  const folder = await Folder.create(t);
  const [image, input] = [await folder.picture(), await makeInput(folder)];
  const outputs = ['-o', folder.at('o.png'), '--probabilities', folder.at('o.npy')];
  const {code, out, err} = await densecrf('refine', image, input, ...outputs, ...options);
  t.is(code, 0, err);
  t.is(out, '');
  const {data, shape} = decodeNpy(await readFile(folder.at('o.npy')), 'o.npy');
  const {labels} = decodeLabelPng(await readFile(folder.at('o.png')), 'o.png');
  return {labels, probabilities: Float32Array.from(data), shape, err};
}

/** Runs and expects what `refine` gives for options that mean the same. */
async function matches(
  t: ExecutionContext,
  makeInput: (folder: Folder) => Promise<string>,
  argv: string[],
  options: RefineOptions,
): Promise<void> {
  const {labels, probabilities} = await run(t, makeInput, ...argv);
  const expected = await refine(options);
  t.deepEqual(labels, expected.labels);
  t.deepEqual(
    probabilities,
    'probabilities' in expected ? expected.probabilities : Float32Array.from(expected.foreground),
  );
}

const logits = PROBABILITIES.map(p => Math.log(p));
const channelsFirst = Float32Array.from(
  PROBABILITIES,
  (_, i) => PROBABILITIES[2 * (i % POINTS) + Math.floor(i / POINTS)] ?? 0,
);

test('moves the edge of a poor map to the edge of the picture', async t => {
  const {labels, shape, err} = await run(t, folder => folder.probabilities(), '--preset', 'pydensecrf');
  t.deepEqual(labels, TRUTH);
  t.deepEqual(shape, [HEIGHT, WIDTH, 2]);
  t.regex(
    err,
    /picture\.png: 24 x 16, 2 labels, pydensecrf, 5 iterations, \d+\.\d % of the pixels changed, \d+\.\d\d s\n$/,
  );
});

test('reads every type, order of labels and probabilities or logits alike', async t => {
  const shape = [HEIGHT, WIDTH, 2];
  const expected = {...PICTURE, probabilities: PROBABILITIES};
  await matches(t, folder => folder.probabilities(), [], expected);
  await matches(t, folder => folder.array('p.npy', PROBABILITIES, shape, 'float64'), [], expected);
  await matches(t, folder => folder.array('p.npy', channelsFirst, [1, 2, HEIGHT, WIDTH]), [], expected);
  await matches(t, folder => folder.array('p.npy', logits, shape), ['--logits'], {...PICTURE, logits});
  const halves = decodeNpy(
    await readFile(await (await Folder.create(t)).array('h.npy', PROBABILITIES, shape, 'float16')),
    'h',
  );
  await matches(t, folder => folder.array('p.npy', PROBABILITIES, shape, 'float16'), [], {
    ...PICTURE,
    probabilities: Float32Array.from(halves.data),
  });
});

test('passes every parameter on', async t => {
  const argv =
    '--preset crf-rnn --iterations 3 --tolerance 0.01 --freeze 0.05 --clip 0.01 --scale 0.9 --bilateral-sxy 30,20 --bilateral-srgb 8,9,10 --bilateral-compat 6 ' +
    '--gaussian-sxy 2 --gaussian-compat -1,-2 --normalization after --threads 1';
  await matches(t, folder => folder.probabilities(), argv.split(' '), {
    ...PICTURE,
    probabilities: PROBABILITIES,
    preset: 'crf-rnn',
    iterations: 3,
    tolerance: 0.01,
    freeze: 0.05,
    clip: 0.01,
    scale: 0.9,
    bilateral: {sxy: [30, 20], srgb: [8, 9, 10], compat: 6, normalization: 'after'},
    gaussian: {sxy: 2, compat: [-1, -2], normalization: 'after'},
  });
  const kernel = ['--gaussian-kernel', 'diag', '--gaussian-kernel-parameters', '1.5,0.5', '--no-bilateral'];
  await matches(t, folder => folder.probabilities(), kernel, {
    ...PICTURE,
    probabilities: PROBABILITIES,
    bilateral: false,
    gaussian: {kernel: 'diag', kernelParameters: Float32Array.of(1.5, 0.5)},
  });
});

test('reads a compatibility matrix from a file', async t => {
  const folder = await Folder.create(t);
  const matrix = await folder.array('m.npy', [-8, 1, 1, -9], [2, 2]);
  await matches(t, f => f.probabilities(), ['--bilateral-compat', matrix, '--no-gaussian'], {
    ...PICTURE,
    probabilities: PROBABILITIES,
    gaussian: false,
    bilateral: {
      compat: [
        [-8, 1],
        [1, -9],
      ],
    },
  });
});

test('enlarges smaller maps, as asked', async t => {
  const small = {data: PROBABILITIES.slice(0, 8 * 12 * 2), shape: [1, 8, 12, 2]} as const;
  const grids = {
    'align-corners': {alignCorners: true},
    'half-pixel-centers': {halfPixelCenters: true},
    legacy: {},
  };
  for (const [name, grid] of Object.entries(grids)) {
    const probabilities = resizeBilinear(small, [HEIGHT, WIDTH], grid).data;
    await matches(t, folder => folder.array('p.npy', small.data, [8, 12, 2]), ['--resize', name], {
      ...PICTURE,
      probabilities,
    });
  }
});

test('crops maps of a canvas that the picture lies in the corner of', async t => {
  const small = {data: logits.slice(0, 9 * 9 * 2), shape: [1, 9, 9, 2]} as const;
  const large = resizeBilinear(small, [33, 33], {alignCorners: true}).data;
  const cropped = Float32Array.from({length: 2 * POINTS}, (_, i) => {
    const [row, rest] = [Math.floor(i / (2 * WIDTH)), i % (2 * WIDTH)];
    return large[row * 33 * 2 + rest] ?? 0;
  });
  const argv = ['--logits', '--canvas', '33'];
  await matches(t, folder => folder.array('p.npy', small.data, [9, 9, 2]), argv, {...PICTURE, logits: cropped});
});

test('reads label maps from PNGs and arrays', async t => {
  const labels = TRUTH.map((label, i) => (i % 31 === 0 ? 1 - label : label));
  const png = (folder: Folder): Promise<string> =>
    folder.write('l.png', encodeLabelPng({width: WIDTH, height: HEIGHT, labels}, vocPalette(3)));
  await matches(t, png, ['--labels', '3', '--ground-truth-probability', '0.6'], {
    ...PICTURE,
    labels,
    labelCount: 3,
    groundTruthProbability: 0.6,
  });
  await matches(t, png, [], {...PICTURE, labels});
  await matches(t, folder => folder.array('l.npy', labels, [HEIGHT, WIDTH], 'int32'), [], {...PICTURE, labels});
});

test('knows unknown pixels', async t => {
  const labels = TRUTH.map((label, i) => (i % 3 === 0 ? 255 : label));
  const png = (folder: Folder): Promise<string> =>
    folder.write('l.png', encodeLabelPng({width: WIDTH, height: HEIGHT, labels}, vocPalette(256)));
  await matches(t, png, ['--void-label', '255'], {...PICTURE, labels, voidLabel: 255});
  const fromOne = TRUTH.map((label, i) => (i % 3 === 0 ? 0 : label + 1));
  const second = (folder: Folder): Promise<string> =>
    folder.write('l.png', encodeLabelPng({width: WIDTH, height: HEIGHT, labels: fromOne}, vocPalette(3)));
  await matches(t, second, ['--zero-unsure'], {...PICTURE, labels: fromOne, labelCount: 2, zeroUnsure: true});
});

test('enlarges smaller label maps without mixing labels', async t => {
  const labels = Int32Array.from({length: 4 * 6}, (_, i) => (i % 6 < 3 ? 0 : 2));
  const argv = ['--iterations', '0', '--ground-truth-probability', '0.9'];
  const {labels: refined} = await run(t, folder => folder.array('l.npy', labels, [4, 6], 'uint8'), ...argv);
  t.deepEqual(
    refined,
    Int32Array.from({length: POINTS}, (_, i) => (i % WIDTH < 12 ? 0 : 2)),
  );
});

test('takes one channel as a foreground and gives one back', async t => {
  await matches(t, folder => folder.array('f.npy', BLUE, [HEIGHT, WIDTH]), [], {...PICTURE, foreground: BLUE});
  await matches(t, folder => folder.array('f.npy', BLUE, [1, HEIGHT, WIDTH]), [], {...PICTURE, foreground: BLUE});
  const {shape} = await run(t, folder => folder.array('f.npy', BLUE, [HEIGHT, WIDTH, 1]));
  t.deepEqual(shape, [HEIGHT, WIDTH]);
  const mask = Uint8Array.from(TRUTH, label => 255 * label);
  const png = async (folder: Folder): Promise<string> => folder.write('m.png', await encodePng(mask, WIDTH, HEIGHT, 1));
  await matches(t, png, ['--foreground'], {
    ...PICTURE,
    foreground: Float32Array.from(TRUTH),
    groundTruthProbability: 0.7,
  });
});

test('writes overlay, side by side, matte and half-precision probabilities', async t => {
  const folder = await Folder.create(t);
  const argv = ['refine', await folder.picture(), await folder.probabilities(), '-q'];
  for (const name of ['overlay', 'side-by-side', 'matte']) argv.push(`--${name}`, folder.at(`${name}.png`));
  argv.push('--probabilities', folder.at('p.npy'), '--float16');
  const {code, out, err} = await densecrf(...argv);
  t.deepEqual({code, out, err}, {code: 0, out: '', err: ''});
  const overlay = await sharp(folder.at('overlay.png')).metadata();
  t.deepEqual([overlay.width, overlay.height, overlay.channels], [WIDTH, HEIGHT, 3]);
  t.true((await sharp(folder.at('side-by-side.png')).metadata()).width > 3 * 280);
  const {type, data} = decodeNpy(await readFile(folder.at('p.npy')), 'p.npy');
  t.is(type, 'float16');
  const matte = await sharp(folder.at('matte.png')).toColourspace('b-w').raw().toBuffer();
  t.is(matte.length, POINTS);
  t.true(matte.every((value, i) => Math.abs(value / 255 - (data[2 * i + 1] ?? 0)) < 0.01));
});

test('prints one JSON object a picture', async t => {
  const folder = await Folder.create(t);
  const [image, input] = [await folder.picture(), await folder.probabilities()];
  const {out, err} = await densecrf('refine', image, input, '-o', folder.at('o.png'), '--json');
  t.is(err, '');
  const {changed, seconds, ...rest} = JSON.parse(out) as {changed: number; seconds: number; [key: string]: unknown};
  t.true(changed > 0 && changed < 0.5 && seconds > 0);
  t.deepEqual(rest, {
    image,
    input,
    outputs: {output: folder.at('o.png')},
    width: WIDTH,
    height: HEIGHT,
    labels: 2,
    preset: 'deeplab-v2-resnet101',
    iterations: 10,
    notes: [],
  });
});

test('notes what had to be converted', async t => {
  const doubtful = await run(t, folder =>
    folder.array(
      'p.npy',
      PROBABILITIES.map(p => p / 2),
      [HEIGHT, WIDTH, 2],
    ),
  );
  t.regex(doubtful.err, /\n {2}note: probabilities of a pixel add up to 0\.50, not to 1\n$/);
  const mistaken = await run(t, folder => folder.probabilities(), '--logits');
  t.regex(mistaken.err, /\n {2}note: these look like probabilities, but --logits was said\n$/);
  const stretched = await run(t, folder => folder.array('p.npy', BLUE.subarray(0, 49), [7, 7]));
  t.regex(stretched.err, /\n {2}note: map of 7 x 7 stretched to 24 x 16\n$/);
});
