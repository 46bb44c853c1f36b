import {deflateSync} from 'node:zlib';
import test from 'ava';
import sharp, {type Sharp} from 'sharp';
import {vocPalette} from '../../../src/io/colours.ts';
import {decodeLabelPng, encodeLabelPng} from '../../../src/io/label-png.ts';
import {writeChunks, writeHeader} from '../../../src/io/png-format.ts';

/** Labels without a pattern that a wrong row, column or filter could hide behind. */
const scattered = (count: number, labels: number): Int32Array =>
  Int32Array.from({length: count}, (_, i) => ((i * 7919) ^ (i >> 3)) % labels);

const grey = (labels: Int32Array, width: number, height: number): Sharp =>
  sharp(Uint8Array.from(labels), {raw: {width, height, channels: 1}}).toColourspace('b-w');

test('reads back the labels it writes', t => {
  for (const count of [1, 2, 21, 256, 300]) {
    const map = {width: 13, height: 7, labels: scattered(91, count)};
    t.deepEqual(decodeLabelPng(encodeLabelPng(map, vocPalette(count)), 'a.png'), map);
  }
});

test('writes a picture in which a viewer sees the palette', async t => {
  const png = encodeLabelPng({width: 2, height: 1, labels: Int32Array.of(1, 20)}, vocPalette(21));
  const {data} = await sharp(png).removeAlpha().raw().toBuffer({resolveWithObject: true});
  t.deepEqual([...data], [128, 0, 0, 0, 64, 128]);
  const {isPalette, bitsPerSample} = await sharp(png).metadata();
  t.true(isPalette);
  t.is(bitsPerSample, 8);
});

test('reads grey pictures with every filter, interlaced or not', async t => {
  for (const progressive of [false, true]) {
    for (const [width, height] of [
      [1, 1],
      [3, 5],
      [8, 8],
      [37, 23],
    ] as const) {
      const labels = scattered(width * height, 200);
      const png = await grey(labels, width, height).png({progressive, adaptiveFiltering: true}).toBuffer();
      t.deepEqual(decodeLabelPng(png, 'a.png'), {width, height, labels});
    }
  }
});

test('reads palettes of 1, 2, 4 and 8 bits as indices, interlaced or not', t => {
  for (const bitDepth of [1, 2, 4, 8]) {
    const [width, height] = [11, 5];
    const labels = scattered(width * height, 2 ** bitDepth);
    const stride = 1 + Math.ceil((width * bitDepth) / 8);
    const raw = new Uint8Array(stride * height);
    labels.forEach((label, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      const bit = x * bitDepth;
      const at = y * stride + 1 + (bit >> 3);
      raw[at] = (raw[at] ?? 0) | (label << (8 - bitDepth - (bit & 7)));
    });
    const png = writeChunks([
      writeHeader({width, height, bitDepth, colourType: 3, interlaced: false}),
      {type: 'PLTE', body: vocPalette(2 ** bitDepth)},
      {type: 'IDAT', body: deflateSync(raw)},
      {type: 'IEND', body: new Uint8Array(0)},
    ]);
    t.deepEqual(decodeLabelPng(png, 'a.png').labels, labels);
  }
});

test('reads 16-bit grey values', async t => {
  const labels = Int32Array.of(0, 256, 65535, 1000, 40_000, 7);
  const image = sharp(Uint16Array.from(labels), {raw: {width: 3, height: 2, channels: 1}}).toColourspace('grey16');
  for (const progressive of [false, true]) {
    t.deepEqual(decodeLabelPng(await image.clone().png({progressive}).toBuffer(), 'a.png').labels, labels);
  }
});

test('reads every filter by itself', async t => {
  const rows = [
    [0, 5, 6, 7],
    [1, 5, 1, 1],
    [2, 1, 1, 1],
    [3, 2, 2, 2],
    [4, 1, 0, 255],
  ];
  const png = writeChunks([
    writeHeader({width: 3, height: 5, bitDepth: 8, colourType: 0, interlaced: false}),
    {type: 'IDAT', body: deflateSync(Uint8Array.from(rows.flat()))},
    {type: 'IEND', body: new Uint8Array(0)},
  ]);
  const {data} = await sharp(png).extractChannel(0).raw().toBuffer({resolveWithObject: true});
  t.deepEqual([...decodeLabelPng(png, 'a.png').labels], [...data]);
});

test('refuses colours, saying which', async t => {
  const rgb = sharp({create: {width: 2, height: 2, channels: 3, background: '#804020'}});
  const png = await rgb.png().toBuffer();
  t.throws(() => decodeLabelPng(png, 'a.png'), {
    code: 'ERR_INVALID_FILE',
    message: 'Expected a.png to hold labels (a palette or grey PNG) but found RGB pixels',
  });
});

test('refuses damaged files', t => {
  const whole = Buffer.from(encodeLabelPng({width: 20, height: 20, labels: scattered(400, 5)}, vocPalette(5)));
  const flipped = Buffer.from(whole);
  flipped[whole.length - 20] = (whole[whole.length - 20] ?? 0) ^ 0xff;
  const header = writeHeader({width: 4, height: 4, bitDepth: 8, colourType: 3, interlaced: false});
  const end = {type: 'IEND', body: new Uint8Array(0)};
  const idat = (bytes: number): Uint8Array =>
    writeChunks([header, {type: 'IDAT', body: deflateSync(new Uint8Array(bytes))}, end]);
  const cases: [bytes: Uint8Array, message: RegExp][] = [
    [Buffer.from('GIF89a'), /be a PNG file/],
    [whole.subarray(0, 20), /begin with a PNG header/],
    [whole.subarray(0, -30), /truncated or damaged/],
    [flipped, /truncated or damaged/],
    [idat(7), /7 of 20 bytes of pixels/],
    [idat(1e6), /readable PNG picture/],
    [
      writeChunks([header, {type: 'IDAT', body: deflateSync(new Uint8Array(20).fill(9))}, end]),
      /filters 0 to 4 but found filter 9/,
    ],
    [
      writeChunks([writeHeader({width: 2 ** 30, height: 2 ** 30, bitDepth: 8, colourType: 3, interlaced: false}), end]),
      /pixels but found/,
    ],
  ];
  for (const [bytes, message] of cases) {
    t.throws(() => decodeLabelPng(bytes, 'a.png'), {code: 'ERR_INVALID_FILE', message});
  }
});
