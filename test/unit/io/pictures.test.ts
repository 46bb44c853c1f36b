import test from 'ava';
import sharp from 'sharp';
import {decodeMatte, decodePicture, encodePng} from '../../../src/io/pictures.ts';

const pixels = (...values: number[]): Uint8Array => Uint8Array.from(values);

test('decodes RGB as it is, without a note', async t => {
  const rgb = pixels(1, 2, 3, 40, 50, 60);
  const png = await encodePng(rgb, 2, 1, 3);
  t.deepEqual(await decodePicture(png, 'a.png'), {width: 2, height: 1, rgb, notes: []});
});

test('repeats grey, drops alpha, reduces 16 bits, converts CMYK, and says so', async t => {
  const grey = await encodePng(pixels(0, 200), 2, 1, 1);
  const fromGrey = await decodePicture(grey, 'a.png');
  t.deepEqual([...fromGrey.rgb], [0, 0, 0, 200, 200, 200]);
  t.deepEqual(fromGrey.notes, ['grey repeated as red, green and blue']);

  const fromAlpha = await decodePicture(await encodePng(pixels(10, 20, 30, 0), 1, 1, 4), 'a.png');
  t.deepEqual([...fromAlpha.rgb], [10, 20, 30]);
  t.deepEqual(fromAlpha.notes, ['alpha channel dropped']);

  const deep = sharp(Uint16Array.of(0, 0x8000, 0xffff), {raw: {width: 1, height: 1, channels: 3}}).toColourspace(
    'rgb16',
  );
  const fromDeep = await decodePicture(await deep.png().toBuffer(), 'a.png');
  t.deepEqual([...fromDeep.rgb], [0, 128, 255]);
  t.deepEqual(fromDeep.notes, ['ushort values reduced to 8 bits']);

  const ink = sharp({create: {width: 8, height: 8, channels: 3, background: '#f04080'}}).toColourspace('cmyk');
  const fromInk = await decodePicture(await ink.jpeg().toBuffer(), 'a.jpg');
  t.is(fromInk.rgb.length, 8 * 8 * 3);
  t.true((fromInk.rgb[0] ?? 0) > 200 && (fromInk.rgb[1] ?? 255) < 100);
  t.deepEqual(fromInk.notes, ['CMYK converted to RGB']);
});

test('leaves the orientation alone unless asked', async t => {
  const jpeg = await sharp({create: {width: 6, height: 2, channels: 3, background: '#888'}})
    .withMetadata({orientation: 6})
    .jpeg()
    .toBuffer();
  const stored = await decodePicture(jpeg, 'a.jpg');
  t.is(stored.width, 6);
  t.deepEqual(stored.notes, ['EXIF orientation 6 not applied (--auto-orient does)']);
  const upright = await decodePicture(jpeg, 'a.jpg', true);
  t.is(upright.width, 2);
  t.deepEqual(upright.notes, []);
});

test('takes a matte from the alpha channel, or else from the brightness', async t => {
  const alpha = await decodeMatte(await encodePng(pixels(9, 9, 9, 0, 9, 9, 9, 51), 2, 1, 4), 'a.png');
  t.deepEqual([...alpha.values], [0, Math.fround(0.2)]);
  const opaque = await decodeMatte(await encodePng(pixels(0, 0, 0, 255, 255, 255, 255, 255), 2, 1, 4), 'a.png');
  t.deepEqual([...opaque.values], [0, 1]);
  const grey = await decodeMatte(await encodePng(pixels(0, 102), 2, 1, 1), 'a.png');
  t.deepEqual([...grey.values], [0, Math.fround(0.4)]);
  const deep = sharp(Uint16Array.of(1, 65535), {raw: {width: 2, height: 1, channels: 1}}).toColourspace('grey16');
  t.deepEqual([...(await decodeMatte(await deep.png().toBuffer(), 'a.png')).values], [Math.fround(1 / 65535), 1]);
});

test('names the file that cannot be decoded', async t => {
  const jpeg = await sharp({create: {width: 64, height: 64, channels: 3, background: '#888'}})
    .jpeg()
    .toBuffer();
  for (const bytes of [Buffer.from('hello'), Buffer.alloc(0), jpeg.subarray(0, 200)]) {
    const error = {code: 'ERR_INVALID_FILE', message: /^Expected a\.jpg to be a readable picture but found .+$/};
    await t.throwsAsync(decodePicture(bytes, 'a.jpg'), error);
    await t.throwsAsync(decodeMatte(bytes, 'a.jpg'), error);
  }
});
