import test from 'ava';
import {checkChannelsFirst, layoutText} from '../../../src/core/data-format.ts';
import {checkShape, shapeText} from '../../../src/core/shape.ts';
import {refuses, untyped} from '../bad.ts';

test('checkShape: 1 to 16 positive integers, copied', t => {
  const given = [2, 3];
  const shape = checkShape('shape', given);
  given[0] = 9;
  t.deepEqual(shape, [2, 3]);
  t.true(Object.isFrozen(shape));
  t.notThrows(() => checkShape('shape', new Array(16).fill(1)));
  for (const value of [[], new Array(17).fill(1)]) {
    refuses(t, () => checkShape('shape', value), 'ERR_INVALID_SHAPE', 'shape', '1 to 16');
  }
  for (const value of [
    [2, 0],
    [2, -1],
    [2, 1.5],
    [2, NaN],
    [2, 2 ** 31],
  ]) {
    refuses(t, () => checkShape('shape', value), 'ERR_OUT_OF_RANGE', 'shape[1]');
  }
  for (const value of [4, '2,3', null, undefined, {length: 2}]) {
    refuses(t, () => checkShape('shape', value), 'ERR_INVALID_TYPE', 'shape');
  }
  refuses(t, () => checkShape('shape', [2, '3']), 'ERR_INVALID_TYPE', 'shape[1]', "'3'");
  refuses(t, () => checkShape('shape', new Array(2)), 'ERR_INVALID_TYPE', 'shape[0]');
});

test('dataFormat: one of two words', t => {
  t.false(checkChannelsFirst('dataFormat', undefined));
  t.false(checkChannelsFirst('dataFormat', 'channelsLast'));
  t.true(checkChannelsFirst('dataFormat', 'channelsFirst'));
  refuses(
    t,
    () => checkChannelsFirst('dataFormat', untyped('NCHW')),
    'ERR_OUT_OF_RANGE',
    'dataFormat',
    'channelsFirst',
  );
  refuses(t, () => checkChannelsFirst('dataFormat', untyped(null)), 'ERR_INVALID_TYPE', 'dataFormat');
});

test('shapes as text', t => {
  t.is(shapeText([2, 3]), '[2, 3]');
  t.is(layoutText([2, 3], 5, false), '[2, 3, 5]');
  t.is(layoutText([2, 3], 5, true), '[5, 2, 3]');
});
