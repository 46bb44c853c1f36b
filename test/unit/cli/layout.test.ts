import test from 'ava';
import {layoutOf} from '../../../src/cli/layout.ts';
import type {LayoutHints} from '../../../src/cli/layout.ts';

const picture = {width: 500, height: 375};
const layout = (shape: number[], hints: LayoutHints = {}, target = picture): string => {
  const {height, width, labels, dataFormat} = layoutOf(shape, target, hints, 'p.npy');
  return `${height} x ${width} x ${labels} ${dataFormat}`;
};

test('finds the labels behind and in front', t => {
  t.is(layout([375, 500, 21]), '375 x 500 x 21 channelsLast');
  t.is(layout([21, 375, 500]), '375 x 500 x 21 channelsFirst');
  t.is(layout([375, 500]), '375 x 500 x 1 channelsLast');
  t.is(layout([1, 375, 500]), '375 x 500 x 1 channelsFirst');
  t.is(layout([375, 500, 1]), '375 x 500 x 1 channelsLast');
});

test('leaves out the axis of a batch', t => {
  t.is(layout([1, 21, 375, 500]), '375 x 500 x 21 channelsFirst');
  t.is(layout([1, 1, 375, 500, 21]), '375 x 500 x 21 channelsLast');
});

test('finds a smaller map by its proportions', t => {
  t.is(layout([47, 63, 21]), '47 x 63 x 21 channelsLast');
  t.is(layout([21, 47, 63]), '47 x 63 x 21 channelsFirst');
  t.is(layout([65, 65, 21], {}, {width: 513, height: 513}), '65 x 65 x 21 channelsLast');
});

test('prefers the layout of exactly the size of the picture', t => {
  t.is(layout([16, 16, 4], {}, {width: 16, height: 16}), '16 x 16 x 4 channelsLast');
  t.is(layout([4, 16, 16], {}, {width: 16, height: 16}), '16 x 16 x 4 channelsFirst');
});

test('asks where the shape does not tell, and listens', t => {
  const ambiguous = {
    code: 'ERR_INVALID_SHAPE',
    message: /^Expected the shape of p\.npy to show where its labels are, but \[65, 65, 21\] does not/,
  };
  t.throws(() => layout([65, 65, 21]), ambiguous);
  t.is(layout([65, 65, 21], {dataFormat: 'channelsLast'}), '65 x 65 x 21 channelsLast');
  t.is(layout([65, 65, 21], {dataFormat: 'channelsFirst'}), '65 x 21 x 65 channelsFirst');
  t.is(layout([65, 65, 21], {labels: 21}), '65 x 65 x 21 channelsLast');
  t.throws(() => layout([300, 200, 21]), {code: 'ERR_INVALID_SHAPE', message: /to show where its labels are/});
  t.throws(() => layout([370, 300, 21]), {code: 'ERR_INVALID_SHAPE', message: /to show where its labels are/});
  t.throws(() => layout([16, 16, 16], {}, {width: 16, height: 16}), {code: 'ERR_INVALID_SHAPE'});
});

test('refuses what does not fit, and sees width and height swapped', t => {
  const refused = (shape: number[], message: RegExp, hints: LayoutHints = {}): void => {
    t.throws(() => layout(shape, hints), {code: 'ERR_INVALID_SHAPE', message});
  };
  refused(
    [500, 375, 21],
    /no larger than the picture of width 500 and height 375, but received \[500, 375, 21\]: width and height look swapped$/,
  );
  refused([21, 500, 375], /look swapped$/);
  refused([500, 375], /look swapped$/);
  refused([600, 800, 21], /but received \[600, 800, 21\]$/);
  refused([375, 500, 21], /\[height, width, 5\] or \[5, height, width\]/, {labels: 5});
  refused([7], /received \[7\]/);
  refused([2, 3, 4, 5], /received \[2, 3, 4, 5\]/);
  refused([], /received \[\]/);
  refused([0, 0, 21], /received \[0, 0, 21\]/);
  refused([375, 500, 0], /received \[375, 500, 0\]/);
});
