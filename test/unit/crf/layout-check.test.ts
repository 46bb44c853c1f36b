import test from 'ava';
import {checkLayout} from '../../../src/crf/layout-check.ts';
import {refuses} from '../bad.ts';
import {randomNumbers, toChannelsFirst} from './scene.ts';

const grid = {shape: [40, 50], points: 2000, labels: 4};
const random = randomNumbers(11);
const last = Float32Array.from({length: 8000}, random).map((value, i, all) => {
  const first = i - (i % 4);
  return value / (all[first]! + all[first + 1]! + all[first + 2]! + all[first + 3]!);
});
const first = toChannelsFirst(last, 4);
const itself = (p: number): number => p;

test('distributions in the layout that was said are fine', t => {
  t.notThrows(() => checkLayout('p', last, grid, false, itself));
  t.notThrows(() => checkLayout('p', first, grid, true, itself));
});

test('distributions in the other layout only are refused', t => {
  refuses(
    t,
    () => checkLayout('p', first, grid, false, itself),
    'ERR_INVALID_SHAPE',
    'p',
    '[40, 50, 4]',
    '[4, 40, 50]',
  );
  refuses(t, () => checkLayout('p', last, grid, true, itself), 'ERR_INVALID_SHAPE', 'p', "'channelsLast'");
});

test('what makes distributions in both layouts, or in neither, passes', t => {
  const neither = last.map(p => 3 * p);
  for (const channelsFirst of [false, true]) {
    t.notThrows(() => checkLayout('p', new Float32Array(8000).fill(0.25), grid, channelsFirst, itself));
    t.notThrows(() => checkLayout('p', neither, grid, channelsFirst, itself));
  }
});

test('with one point or one label there is one layout', t => {
  const [one, many] = [Float32Array.of(0.2, 0.8), Float32Array.of(0.2, 0.2)];
  t.notThrows(() => checkLayout('p', one, {shape: [2], points: 2, labels: 1}, false, itself));
  t.notThrows(() => checkLayout('p', many, {shape: [1], points: 1, labels: 2}, true, itself));
});
