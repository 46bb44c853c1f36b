// What atrous convolutions see: asked of the operator itself, not drawn by hand.
import * as tf from '@tensorflow/tfjs-core';
import {atrousConv2d, scaleRates} from '../../src/deeplab/index.ts';
import {COLOURS, type Grid, lines, page, pixels, text} from './svg.ts';

/** How a 3x3 filter of ones answers to a picture of ones that is `size` pixels wide: the taps in it, for each pixel. */
function tapsInside(size: number, rate: number): Float32Array {
  return tf.tidy(() =>
    atrousConv2d(tf.ones<tf.Rank.R4>([1, size, size, 1]), tf.ones<tf.Rank.R4>([3, 3, 1, 1]), {
      rate,
    }).dataSync<'float32'>(),
  );
}

/** The pixels from which a filter at the centre takes its values: those that its answer has a gradient by. */
function tapsOf(size: number, rate: number): number[] {
  const filter = tf.ones<tf.Rank.R4>([3, 3, 1, 1]);
  const middle = (size - 1) / 2;
  const answer = (x: tf.Tensor): tf.Tensor => {
    const everywhere = atrousConv2d(tf.reshape(x, [1, size, size, 1]), filter, {rate});
    return tf.sum(tf.slice(everywhere, [0, middle, middle, 0], [1, 1, 1, 1]));
  };
  const seen = tf.tidy(() =>
    tf
      .grad(answer)(tf.zeros([size, size]))
      .dataSync(),
  );
  filter.dispose();
  return [...seen].flatMap((value, i) => (value > 0 ? [i] : []));
}

/** v1: the same nine weights at rates 1, 2 and 4. */
export function holes(): string {
  const cells = 13;
  const parts = [1, 2, 4].flatMap((rate, i) => {
    const grid: Grid = {x: 20 + i * 210, y: 20, cells, size: 14};
    const sees = 3 + 2 * (rate - 1);
    const middle = grid.x + (cells * grid.size) / 2;
    return [
      pixels(grid, tapsOf(cells, rate), COLOURS[i] ?? 'black'),
      lines(grid),
      text(middle, 226, `rate ${rate}: sees ${sees} x ${sees}`),
    ];
  });
  return page(642, 240, 'Nine weights of a filter at rates 1, 2 and 4', parts);
}

/** v2: the branches of ASPP around one pixel, on the 65 x 65 features of a picture of 513 x 513. */
export function pyramid(): string {
  const grid: Grid = {x: 20, y: 20, cells: 65, size: 5};
  const branches = [6, 12, 18, 24].map((rate, i) => ({rate, colour: COLOURS[i] ?? 'black'}));
  const legend = branches.flatMap(({rate, colour}, i) => [
    `<rect x="370" y="${40 + 30 * i}" width="12" height="12" fill="${colour}"/>`,
    text(392, 51 + 30 * i, `rate ${rate}: sees ${3 + 2 * (rate - 1)} pixels in a row`, 'start'),
  ]);
  const squares = branches.map(({rate, colour}) => {
    const [start, side] = [grid.x + (32 - rate) * grid.size, (2 * rate + 1) * grid.size];
    return `<rect x="${start}" y="${start}" width="${side}" height="${side}" fill="none" stroke="${colour}" opacity="0.4"/>`;
  });
  const taps = branches.map(({rate, colour}) => pixels(grid, tapsOf(grid.cells, rate), colour));
  const frame = `<rect x="20" y="20" width="325" height="325" fill="none" stroke="gray"/>`;
  return page(642, 365, 'The four branches of ASPP around one pixel of 65 x 65', [
    frame,
    ...squares,
    ...taps,
    ...legend,
  ]);
}

/** v3: on how many pixels of 65 x 65 features all nine, some, or one tap of a filter lie inside. */
export function validTaps(): string {
  const [size, left, top, width, height] = [65, 60, 20, 540, 240];
  const rates = Array.from({length: 49}, (_, i) => 2 * i + 1);
  const counts = rates.map(rate => {
    const taps = [...tapsInside(size, rate)];
    return [
      taps.filter(inside => inside === 9),
      taps.filter(inside => inside > 1 && inside < 9),
      taps.filter(inside => inside === 1),
    ];
  });
  const curves = ['all 9 taps', '2 to 6 taps', '1 tap'].map((name, c) => {
    const points = rates.map((rate, i) => {
      const share = (counts[i]?.[c]?.length ?? 0) / size ** 2;
      return `${(left + (width * rate) / 97).toFixed(1)},${(top + height * (1 - share)).toFixed(1)}`;
    });
    const colour = COLOURS[c] ?? 'black';
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>
<text x="${left + width - 100}" y="${110 + 20 * c}" fill="${colour}">${name}</text>`;
  });
  const marks = [...scaleRates([6, 12, 18], 8)].map(rate => {
    const x = (left + (width * rate) / 97).toFixed(1);
    return `<path d="M${x},${top}v${height}" stroke="gray" stroke-dasharray="3 4"/>\n${text(Number(x), top - 6, String(rate))}`;
  });
  const axes = [
    `<path d="M${left},${top}v${height}h${width}" fill="none" stroke="gray"/>`,
    ...[0, 0.5, 1].map(share => text(left - 8, top + height * (1 - share) + 4, `${100 * share} %`, 'end')),
    text(
      left + width / 2,
      top + height + 32,
      "rate (dashed: ASPP's three at output stride 8), and the share of the pixels",
    ),
    text(left, top + height + 16, '0'),
    text(left + width, top + height + 16, '97'),
  ];
  return page(642, 300, 'How many taps of a filter lie inside 65 x 65 features', [...axes, ...marks, ...curves]);
}
