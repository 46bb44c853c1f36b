import test from 'ava';
import {contourOf} from '../../../src/io/contour.ts';
import {overlay} from '../../../src/io/overlay.ts';
import type {Picture} from '../../../src/io/pictures.ts';

const halves = {width: 8, height: 4, labels: Int32Array.from({length: 32}, (_, i) => (i % 8 < 4 ? 0 : 1))};
const grey: Picture = {width: 8, height: 4, rgb: new Uint8Array(96).fill(100)};

test('mixes the colour of a label into the picture and leaves the others alone', t => {
  const {rgb} = overlay(grey, halves, {colourOf: label => (label ? [200, 0, 100] : null), opacity: 0.25, contour: 0});
  t.deepEqual([...rgb.subarray(0, 3)], [100, 100, 100]);
  t.deepEqual([...rgb.subarray(21, 24)], [125, 75, 100]);
  t.true(
    grey.rgb.every(value => value === 100),
    'the picture itself is not touched',
  );
});

test('draws a line where labels meet', t => {
  const {rgb} = overlay(grey, halves, {colourOf: () => null});
  const row = Array.from({length: 8}, (_, x) => rgb[3 * (8 + x)] ?? 0);
  t.deepEqual(
    row.map(value => value > 150),
    [false, false, false, true, true, false, false, false],
  );
});

test('has no contour where there is one label', t => {
  t.true(contourOf({width: 5, height: 5, labels: new Int32Array(25).fill(3)}, 4).every(value => value === 0));
});

test('keeps contours near the border, thicker ones wider', t => {
  const widthOf = (width: number): number => {
    const labels = Int32Array.from({length: 40 * 40}, (_, i) => (i % 40 < 20 ? 0 : 1));
    return contourOf({width: 40, height: 40, labels}, width)
      .subarray(400, 440)
      .filter(value => value > 0.5).length;
  };
  t.is(widthOf(2), 2);
  t.true(widthOf(6) > widthOf(2) && widthOf(6) <= 8);
});
