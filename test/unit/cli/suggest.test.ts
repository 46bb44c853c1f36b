import test from 'ava';
import {suggestion} from '../../../src/cli/suggest.ts';

test('suggests the nearest word, but none that is far off', t => {
  t.is(suggestion('prset', ['preset', 'resize'], '--'), ' (did you mean --preset?)');
  t.is(suggestion('refien', ['refine', 'info']), ' (did you mean refine?)');
  t.is(suggestion('banana', ['preset', 'resize']), '');
  t.is(suggestion('x', []), '');
});
