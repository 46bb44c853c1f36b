import test from 'ava';
import {editDistance, suggestion} from '../../../src/cli/suggest.ts';

test('counts insertions, deletions, replacements and swaps', t => {
  t.is(editDistance('', 'abc'), 3);
  t.is(editDistance('overlay', 'overlay'), 0);
  t.is(editDistance('ovrlay', 'overlay'), 1);
  t.is(editDistance('overlays', 'overlay'), 1);
  t.is(editDistance('overley', 'overlay'), 1);
  t.is(editDistance('ovelray', 'overlay'), 1);
  t.is(editDistance('kitten', 'sitting'), 3);
});

test('suggests the nearest word, but none that is far off', t => {
  t.is(suggestion('prset', ['preset', 'resize'], '--'), ' (did you mean --preset?)');
  t.is(suggestion('refien', ['refine', 'info']), ' (did you mean refine?)');
  t.is(suggestion('banana', ['preset', 'resize']), '');
  t.is(suggestion('x', []), '');
});
