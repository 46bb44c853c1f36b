import test from 'ava';
import {editDistance, nearest} from '../../../src/core/nearest.ts';

test('nearest sees through case, dashes and slips', t => {
  const words = ['onProgress', 'dataFormat', 'groundTruthProbability', 'sxy'];
  t.is(nearest('onprogress', words), 'onProgress');
  t.is(nearest('data_format', words), 'dataFormat');
  t.is(nearest('groundTruthProbabilty', words), 'groundTruthProbability');
  t.is(nearest('syx', words), 'sxy');
  t.is(nearest('sx', words), 'sxy');
  t.is(nearest('temperature', words), undefined);
});

test('counts insertions, deletions, replacements and swaps', t => {
  t.is(editDistance('', 'abc'), 3);
  t.is(editDistance('overlay', 'overlay'), 0);
  t.is(editDistance('ovrlay', 'overlay'), 1);
  t.is(editDistance('overlays', 'overlay'), 1);
  t.is(editDistance('overley', 'overlay'), 1);
  t.is(editDistance('ovelray', 'overlay'), 1);
  t.is(editDistance('kitten', 'sitting'), 3);
});
