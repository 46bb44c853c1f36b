import test from 'ava';
import {itemsOf, parseShard} from '../../../src/cli/shard.ts';
import {UsageError} from '../../../src/cli/usage-error.ts';

test('reads i/n', t => {
  t.deepEqual(parseShard('1/1'), {index: 1, count: 1});
  t.deepEqual(parseShard('7/12'), {index: 7, count: 12});
});

test('refuses what is no part of a whole', t => {
  for (const text of ['0/4', '5/4', '1/0', '-1/4', '1', '1/', 'a/b', '1.5/3', '']) {
    t.throws(() => parseShard(text), {instanceOf: UsageError, message: /^Expected --shard i\/n with i from 1 to n/});
  }
});

test('the shards cover every item once, and none is longer than another by more than one', t => {
  for (const length of [0, 1, 5, 12, 13]) {
    const items = Array.from({length}, (_, i) => i);
    for (const count of [1, 2, 5, 20]) {
      const shards = Array.from({length: count}, (_, i) => itemsOf(items, {index: i + 1, count}));
      t.deepEqual(
        shards.flat().sort((a, b) => a - b),
        items,
      );
      const lengths = shards.map(shard => shard.length);
      t.true(Math.max(...lengths) - Math.min(...lengths) <= 1);
    }
  }
});
