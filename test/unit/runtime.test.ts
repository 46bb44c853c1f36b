import test from 'ava';
import {readFileSync} from 'node:fs';
import {concurrency, simd, versions} from '../../src/index.ts';
import {refuses, untyped} from './bad.ts';

test('versions are those of the package and of Node.js', t => {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  t.like(manifest, {version: versions.densecrf});
  t.is(versions.node, process.versions.node);
  t.regex(versions.napi, /^\d+$/);
  t.true(Object.isFrozen(versions));
});

test('simd names what there is and what is used', t => {
  const {available, active} = simd();
  t.true(available.length > 0);
  t.true(available.includes(active));
});

test.serial('concurrency asks and sets', t => {
  const before = concurrency();
  t.true(before >= 1);
  t.is(concurrency(3), 3);
  t.is(concurrency(), 3);
  for (const value of [0, -1, 1.5, 257, NaN]) refuses(t, () => concurrency(value), 'ERR_OUT_OF_RANGE', 'threads');
  refuses(t, () => concurrency(untyped('2')), 'ERR_INVALID_TYPE', 'threads');
  t.is(concurrency(), 3);
  t.is(concurrency(before), before);
});
