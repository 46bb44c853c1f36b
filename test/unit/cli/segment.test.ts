import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile} from 'node:fs/promises';
import {crc32} from 'node:zlib';
import test from 'ava';
import sharp from 'sharp';
import {decodeLabelPng} from '../../../src/io/label-png.ts';
import {decodeNpy} from '../../../src/io/npy.ts';
import {decodePicture} from '../../../src/io/pictures.ts';
import {densecrf, Folder, HEIGHT, RGB, TRUTH, WIDTH} from './fixtures.ts';
import {writeGraphModel, writeModel} from './segment-fixtures.ts';

type Facts = Record<string, unknown>;
const linesOf = (out: string): Facts[] =>
  out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Facts);

const raw = {raw: {width: WIDTH, height: HEIGHT, channels: 3}} as const;

test('writes labels, an overlay with a legend, and probabilities', async t => {
  const folder = await Folder.create(t);
  const [image, model, out] = [await folder.picture('a.png'), await writeModel(folder), folder.at('out')];
  const argv = ['segment', image, '--model', model, '-o', out, '--crf', 'deeplab-v1', '--iterations', '2'];
  const {code, err} = await densecrf(...argv, '--probabilities', '--float16', '--threads', '2');
  t.is(code, 0, err);
  t.regex(err, /a\.png: 24 x 16, class 1 58\.3 %, class 0 41\.7 %; deeplab-v1 changed 0\.0 % of the pixels, \d/);
  t.deepEqual(decodeLabelPng(await readFile(`${out}/a.png`), 'a'), {width: WIDTH, height: HEIGHT, labels: TRUTH});
  const probabilities = decodeNpy(await readFile(`${out}/probabilities/a.npy`), 'a');
  t.deepEqual([probabilities.type, probabilities.shape], ['float16', [HEIGHT, WIDTH, 2]]);
  const drawn = await decodePicture(await readFile(`${out}/overlays/a.png`), 'a');
  t.is(drawn.width, WIDTH);
  t.true(drawn.height > HEIGHT, 'the legend is below the picture');
  t.deepEqual([...drawn.rgb.subarray(0, 3)], [...RGB.subarray(0, 3)], 'the background stays clear');
});

test('prints facts as JSON', async t => {
  const folder = await Folder.create(t);
  const argv = ['segment', await folder.picture('a.png'), '--model', await writeModel(folder), '-o', folder.at('out')];
  const {code, out} = await densecrf(...argv, '--json', '--no-overlay', '--flip', '--scales', '1,0.5');
  t.is(code, 0);
  const [facts] = linesOf(out);
  t.like(facts, {width: WIDTH, height: HEIGHT, classes: 2, crf: null, changed: 0, notes: []});
  t.deepEqual(Object.keys(facts?.timings as object), ['decoding', 'network', 'refinement', 'writing']);
  t.deepEqual(await readdir(folder.at('out')), ['a.png']);
  const again = await densecrf(...argv, '--json', '--skip-existing');
  t.true(linesOf(again.out)[0]?.skipped);
});

test('converts and says so; goes on after files that are no pictures, and exits with 2', async t => {
  const folder = await Folder.create(t);
  await mkdir(folder.at('in'));
  await folder.picture('in/good.png');
  await folder.write('in/broken.jpg', 'no picture');
  await folder.write('in/empty.png', '');
  const none = await readFile(await folder.picture('in/none.png'));
  // The width that its header tells, and the check sum of that header.
  none.writeUInt32BE(0, 16);
  none.writeUInt32BE(crc32(none.subarray(12, 29)), 29);
  await folder.write('in/none.png', none);
  const picture = sharp(RGB, raw);
  await picture.clone().toColourspace('cmyk').jpeg().toFile(folder.at('in/cmyk.jpg'));
  await picture.clone().ensureAlpha(0.5).png().toFile(folder.at('in/alpha.png'));
  await picture.clone().toColourspace('rgb16').png().toFile(folder.at('in/deep.png'));
  const argv = ['segment', folder.at('in'), '--model', await writeModel(folder), '-o', folder.at('out'), '--json'];
  const {code, out, err} = await densecrf(...argv, '--report', folder.at('report.html'));
  t.is(code, 2);
  const facts = linesOf(out);
  t.deepEqual(
    facts.map(({image, notes, error}) => [String(image).split('/').at(-1), notes ?? (error as Facts).code]),
    [
      ['alpha.png', ['alpha channel dropped']],
      ['broken.jpg', 'ERR_INVALID_FILE'],
      ['cmyk.jpg', ['CMYK converted to RGB']],
      ['deep.png', ['ushort values reduced to 8 bits']],
      ['empty.png', 'ERR_INVALID_FILE'],
      ['good.png', []],
      ['none.png', 'ERR_INVALID_FILE'],
    ],
  );
  t.regex(err, /broken\.jpg: Expected .*broken\.jpg to be a readable picture but found /);
  t.deepEqual((await readdir(folder.at('out'))).sort(), ['alpha.png', 'cmyk.png', 'deep.png', 'good.png', 'overlays']);
  const page = await readFile(folder.at('report.html'), 'utf8');
  t.is(page.match(/<article class="failure">/g)?.length, 3);
  t.is(page.match(/<img /g)?.length, 8);
});

test('takes graph models, and any node of theirs', async t => {
  const folder = await Folder.create(t);
  const argv = [
    'segment',
    await folder.picture('a.png'),
    '--model',
    await writeGraphModel(folder),
    '-o',
    folder.at('out'),
  ];
  for (const more of [[], ['--output-node', 'scores', '--input-size', '65x33']]) {
    const {code, err} = await densecrf(...argv, ...more);
    t.is(code, 0, err);
    t.deepEqual(decodeLabelPng(await readFile(folder.at('out/a.png')), 'a').labels, TRUTH);
  }
  const missing = await densecrf(...argv, '--output-node', 'nothing');
  t.is(missing.code, 2);
  t.regex(missing.err, /nothing/);
});

test('cuts large pictures into pieces on request', async t => {
  const folder = await Folder.create(t);
  const large = await sharp(RGB, raw).resize(240, 160, {kernel: 'nearest'}).png().toBuffer();
  const argv = ['segment', await folder.write('a.png', large), '--model', await writeModel(folder)];
  const {code, err} = await densecrf(
    ...argv,
    '-o',
    folder.at('out'),
    '--tiles',
    '33',
    '--overlap',
    '4',
    '--no-overlay',
  );
  t.is(code, 0, err);
  const {labels} = decodeLabelPng(await readFile(folder.at('out/a.png')), 'a');
  const wrong = labels.filter((label, i) => label !== (i % 240 >= 100 ? 1 : 0)).length;
  t.is(wrong, 0);
});

const broken: Record<string, [options: Parameters<typeof writeModel>[1], argv: string[], message: RegExp]> = {
  'weights that do not fit': [
    {missingBytes: 5},
    [],
    /Expected the weights of .*model\.json to hold all that it names but found 19 bytes, which end within scores\/kernel \[1, 1, 3, 2\]/,
  ],
  'an output that says nothing about pixels': [
    {pooled: true},
    [],
    /Expected model to give scores \[1, height, width, classes\] or labels .* but its outputs are mean\S* \[1, 2\] of float32/,
  ],
  'another number of classes than the colour map': [
    {},
    ['--dataset', 'pascal-voc'],
    /Expected model to give scores of 21 classes but its output scores\S* holds 2/,
  ],
  'another input size': [
    {},
    ['--input-size', '65'],
    /Expected inputSize to be that of model, height 33 and width 33, but received height 65 and width 65/,
  ],
};

for (const [title, [options, more, message]] of Object.entries(broken)) {
  test(`refuses a model with ${title}`, async t => {
    const folder = await Folder.create(t);
    const argv = ['segment', await folder.picture('a.png'), '--model', await writeModel(folder, options)];
    const {code, err} = await densecrf(...argv, '-o', folder.at('out'), ...more);
    t.is(code, 2);
    t.regex(err, message);
    t.false(existsSync(folder.at('out/a.png')));
  });
}

test('a model that does not fit is reported once, before any of several pictures', async t => {
  const folder = await Folder.create(t);
  await mkdir(folder.at('in'));
  for (const name of ['a', 'b', 'c']) await folder.picture(`in/${name}.png`);
  const argv = ['segment', folder.at('in'), '-o', folder.at('out'), '--report', folder.at('report.html')];
  const network = await writeModel(folder);
  const pooled = await writeModel(folder, {name: 'pooled', pooled: true});
  const complaints: readonly (readonly [argv: string[], message: RegExp])[] = [
    [['--model', network, '--dataset', 'cityscapes'], /to give scores of 19 classes but its output scores\S* holds 2$/],
    [['--model', network, '--classes', '5'], /to give scores of 5 classes but its output scores\S* holds 2$/],
    [['--model', pooled], /but its outputs are mean\S* \[1, 2\] of float32$/],
    [['--model', network, '--input-size', '65'], /Expected inputSize to be that of model/],
  ];
  for (const [more, message] of complaints) {
    const {code, out, err} = await densecrf(...argv, ...more);
    t.is(code, 2);
    t.is(out, '');
    t.is(err.trimEnd().split('\n').length, 1, err);
    t.regex(err.trimEnd(), message);
    t.deepEqual(await readdir(folder.at('out')), ['overlays']);
    t.deepEqual(await readdir(folder.at('out/overlays')), []);
    t.false(existsSync(folder.at('report.html')));
  }
});

const wrong: Record<string, [argv: string[], message: string | RegExp]> = {
  'no picture': [['--model', 'm', '-o', 'o'], 'Expected IMAGE'],
  'no model': [['a.png', '-o', 'o'], 'Expected --model DIR'],
  'no output': [['a.png', '--model', 'm'], 'Expected -o DIR or --report FILE'],
  'parameters of a CRF that is not asked for': [['a.png', '--iterations', '3'], '--iterations needs --crf'],
  'an unknown preset': [
    ['a.png', '--crf', 'deeplab-v3'],
    /^Expected --crf to be one of pydensecrf, .* but received deeplab-v3/,
  ],
  'an unknown data set': [
    ['a.png', '--dataset', 'voc'],
    /^Expected --dataset to be one of pascal-voc, .* but received voc/,
  ],
  'classes that are not the data set': [
    ['a.png', '--dataset', 'cityscapes', '--classes', '21'],
    'Expected --classes to be 19, as many as --dataset cityscapes has, but received 21',
  ],
  'a size that is none': [['a.png', '--tiles', '0'], /^Expected --tiles to be a size/],
  'an overlap alone': [['a.png', '--overlap', '3'], '--overlap needs --tiles'],
  'a scale of 0': [['a.png', '--scales', '1,0'], 'Expected --scales to be numbers from 0.05 to 8 but received 1,0'],
};

for (const [title, [argv, message]] of Object.entries(wrong)) {
  test(`explains ${title}`, async t => {
    const {code, err} = await densecrf('segment', ...argv);
    t.is(code, 2);
    const [first = ''] = err.split('\n');
    if (typeof message === 'string') t.is(first, `densecrf: ${message}`);
    else t.regex(first.replace('densecrf: ', ''), message);
    t.true(err.endsWith('Try densecrf segment --help\n'));
  });
}

test('names a folder that holds no picture or no model, and pictures that would write the same file', async t => {
  const folder = await Folder.create(t);
  const [image, out] = [await folder.picture('a.png'), folder.at('out')];
  await mkdir(folder.at('none'));
  const noPicture = await densecrf('segment', folder.at('none'), '--model', folder.at('none'), '-o', out);
  t.is(noPicture.code, 2);
  t.regex(noPicture.err, /^densecrf: Expected .*none to name pictures but found none\n/);
  const noModel = await densecrf('segment', image, '--model', folder.at('none'), '-o', out);
  t.is(noModel.code, 2);
  t.regex(noModel.err, /^densecrf: Expected .*none to be the folder of a tfjs model but found no model\.json in it\n/);
  const nothing = await densecrf('segment', image, '--model', folder.at('nowhere'), '-o', out);
  t.is(nothing.code, 2);
  t.regex(nothing.err, /^densecrf: Cannot read .*nowhere: /);
  const twins = await densecrf('segment', image, folder.at('none/a.jpg'), '--model', 'm', '-o', out);
  t.regex(twins.err, /a\.png and .*a\.jpg would write the same result|a\.jpg and .*a\.png would write the same result/);
});
