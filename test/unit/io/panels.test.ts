import test from 'ava';
import sharp from 'sharp';
import {drawText, textWidth} from '../../../src/io/lettering.ts';
import {composePanels} from '../../../src/io/panels.ts';
import type {Picture} from '../../../src/io/pictures.ts';

const plain = (width: number, height: number, value: number): Picture => ({
  width,
  height,
  rgb: new Uint8Array(width * height * 3).fill(value),
});

test('sets the pictures side by side and writes their captions under them', async t => {
  const png = await composePanels([
    {picture: plain(300, 200, 10), title: 'Before'},
    {picture: plain(300, 200, 90), title: 'After', detail: '10 iterations'},
  ]);
  const {data, info} = await sharp(png).removeAlpha().raw().toBuffer({resolveWithObject: true});
  t.true(info.width > 600 && info.height > 200);
  const at = (x: number, y: number): number => data[3 * (y * info.width + x)] ?? 0;
  t.is(at(60, 100), 10);
  t.is(at(info.width - 60, 100), 90);
  const dark = (from: number, to: number): number => {
    let count = 0;
    for (let y = 222; y < info.height; ++y) for (let x = from; x < to; ++x) if (at(x, y) < 160) ++count;
    return count;
  };
  t.true(dark(0, info.width / 2) > 20, 'a caption on the left');
  t.true(dark(info.width / 2, info.width) > dark(0, info.width / 2), 'a longer one on the right');
});

test('enlarges tiny pictures, so that the captions fit, and keeps their proportions', async t => {
  const {width, height} = await sharp(await composePanels([{picture: plain(8, 4, 0), title: 'Tiny'}])).metadata();
  t.true(width > 280 && height > 140 && height < 280);
});

test('measures text and draws it without fonts', async t => {
  t.is(textWidth('', 10), 0);
  t.true(textWidth('MM', 10) > 2 * textWidth('M', 10));
  const svg = drawText('Déjà vu', 3, 4, {size: 20, colour: '#000'});
  t.false(svg.includes('<text'));
  const picture = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="120" height="40">${svg}</svg>`);
  const {channels} = await sharp(picture).stats();
  t.true((channels.at(-1)?.max ?? 0) === 255, 'letters leave ink');
});
