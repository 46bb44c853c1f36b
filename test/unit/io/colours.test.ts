import test from 'ava';
import {vocColour, vocPalette} from '../../../src/io/colours.ts';

test('gives the colours of the PASCAL VOC development kit', t => {
  t.deepEqual(vocColour(0), [0, 0, 0]);
  t.deepEqual(vocColour(1), [128, 0, 0]);
  t.deepEqual(vocColour(8), [64, 0, 0]);
  t.deepEqual(vocColour(15), [192, 128, 128]);
  t.deepEqual(vocColour(20), [0, 64, 128]);
  t.deepEqual(vocColour(255), [224, 224, 192]);
});

test('gives each of 256 labels a colour of its own', t => {
  const colours = Array.from({length: 256}, (_, label) => vocColour(label).join());
  t.is(new Set(colours).size, 256);
});

test('packs a palette', t => {
  t.deepEqual([...vocPalette(3)], [0, 0, 0, 128, 0, 0, 0, 128, 0]);
});
