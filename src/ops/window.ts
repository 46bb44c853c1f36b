// Where a window that slides over a picture stands, with tfjs's rules of padding and rounding.
import {checkChoice, checkInteger, expectation, MAX_ENTRIES} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';

/** One number for both axes, or `[vertical, horizontal]`. */
export type Pair = number | readonly [number, number];

/** `[[0, 0], [top, bottom], [left, right], [0, 0]]`; with `dataFormat: 'NCHW'` the axes are in that order. */
export type ExplicitPadding = readonly [Pads, Pads, Pads, Pads];
type Pads = readonly [number, number];

/** Options of everything that slides a window over pictures, tfjs's. */
export interface WindowOptions {
  /** Pixels from one window to the next. Default 1. */
  strides?: Pair | undefined;
  /**
   * `'same'`: `ceil(size / stride)` windows, as much padding before as after, or one less. `'valid'`, the default: no padding.
   * A number: so many pixels on all four sides. Explicit: so many on each.
   */
  pad?: 'same' | 'valid' | number | ExplicitPadding | undefined;
  /** Pixels from one tap of the window to the next: the rate of an atrous convolution. Default 1. */
  dilations?: Pair | undefined;
  /** What becomes of a fraction of a window at the end, where `pad` is given in numbers. Default `'floor'`. */
  dimRoundingMode?: 'floor' | 'round' | 'ceil' | undefined;
}

/** The keys of {@link WindowOptions}. */
export const windowKeys = ['strides', 'pad', 'dilations', 'dimRoundingMode'] as const;

/** A picture or a window, and what messages call it. */
export interface Named {
  height: number;
  width: number;
  text: string;
}

/** Where the windows lie; each pair is `[vertical, horizontal]`. */
export interface Window {
  kernel: Pads;
  strides: Pads;
  dilations: Pads;
  /** Before the first pixel. */
  pads: Pads;
  out: Pads;
}

/** Checks the options of a window and finds where it stands. */
export function windowOf(input: Named, kernel: Named, options: WindowOptions, channelsFirst = false): Window {
  const strides = checkPair('strides', options.strides ?? 1);
  const dilations = checkPair('dilations', options.dilations ?? 1);
  const pad = checkPad(options.pad ?? 'valid', channelsFirst);
  const round = checkRounding(options);
  const axes = ([0, 1] as const).map(axis => {
    const size = axis === 0 ? input.height : input.width;
    const taps = axis === 0 ? kernel.height : kernel.width;
    const span = checkReach('dilations', (taps - 1) * dilations[axis] + 1);
    return placeWindows(size, span, strides[axis], typeof pad === 'string' ? pad : pad[axis], round);
  });
  const out: Pads = [axes[0]?.out ?? 0, axes[1]?.out ?? 0];
  if (out[0] < 1 || out[1] < 1) throw emptyOutput(input, kernel, dilations, out);
  return {
    kernel: [kernel.height, kernel.width],
    strides,
    dilations,
    pads: [axes[0]?.before ?? 0, axes[1]?.before ?? 0],
    out,
  };
}

type Round = (value: number) => number;

// Along one axis. `span`: the extent of the window, dilated.
function placeWindows(
  size: number,
  span: number,
  stride: number,
  pad: 'same' | 'valid' | Pads,
  round: Round,
): {out: number; before: number} {
  if (pad === 'valid') return {out: Math.ceil((size - span + 1) / stride), before: 0};
  if (pad === 'same') {
    const out = Math.ceil(size / stride);
    return {out, before: Math.floor(Math.max(0, (out - 1) * stride + span - size) / 2)};
  }
  const [before, after] = pad;
  return {out: round((checkReach('pad', size + before + after) - span) / stride + 1), before};
}

/** A positive integer, or two of them. */
export function checkPair(name: string, value: Pair): Pads {
  if (typeof value === 'number') {
    const both = checkInteger(name, value, 1);
    return [both, both];
  }
  return checkTwo(name, value, 1);
}

function checkPad(pad: NonNullable<WindowOptions['pad']>, channelsFirst: boolean): 'same' | 'valid' | [Pads, Pads] {
  if (typeof pad === 'number') {
    checkInteger('pad', pad, 0);
    return [
      [pad, pad],
      [pad, pad],
    ];
  }
  if (!Array.isArray(pad)) {
    if (typeof pad === 'string') return checkChoice('pad', pad, ['same', 'valid']);
    throw expectation('ERR_INVALID_TYPE', 'pad', "'same', 'valid', a number or an array of 4 pairs", pad);
  }
  if (pad.length !== 4) throw expectation('ERR_INVALID_SHAPE', 'pad', 'an array of 4 pairs', pad);
  const pairs: readonly Pads[] = pad;
  const checked = pairs.map((pair, axis) => checkTwo(`pad[${axis}]`, pair, 0));
  const [batch = [0, 0], first = [0, 0], second = [0, 0], last = [0, 0]] = checked;
  const [channels, vertical, horizontal] = channelsFirst ? [first, second, last] : [last, first, second];
  for (const [axis, pair] of [
    [0, batch],
    [channelsFirst ? 1 : 3, channels],
  ] as const) {
    if (pair[0] === 0 && pair[1] === 0) continue;
    throw new DenseCrfError(
      'ERR_OUT_OF_RANGE',
      `Expected pad[${axis}] to be [0, 0] but received [${pair.join(', ')}]: neither batch nor channels can be padded`,
    );
  }
  return [vertical, horizontal];
}

function checkTwo(name: string, value: readonly number[], min: number): Pads {
  if (!Array.isArray(value)) throw expectation('ERR_INVALID_TYPE', name, 'a number or an array of 2 numbers', value);
  if (value.length !== 2) throw expectation('ERR_INVALID_SHAPE', name, 'an array of 2 numbers', value);
  return [checkInteger(`${name}[0]`, value[0], min), checkInteger(`${name}[1]`, value[1], min)];
}

function checkRounding({dimRoundingMode: mode, pad = 'valid'}: WindowOptions): Round {
  if (mode === undefined) return Math.floor;
  checkChoice('dimRoundingMode', mode, ['floor', 'round', 'ceil']);
  if (typeof pad === 'string') {
    throw new DenseCrfError(
      'ERR_OUT_OF_RANGE',
      `Expected dimRoundingMode to be given with a pad in numbers but received it with '${pad}'`,
    );
  }
  return value => Math[mode](value);
}

// The core reckons with coordinates of 32 bits.
function checkReach(name: string, reach: number): number {
  if (reach <= MAX_ENTRIES) return reach;
  throw new DenseCrfError(
    'ERR_TOO_LARGE',
    `Expected ${name} to keep coordinates below 2^31 but received one that needs ${reach}`,
  );
}

function emptyOutput(input: Named, kernel: Named, dilations: Pads, out: Pads): DenseCrfError {
  const dilated = dilations[0] > 1 || dilations[1] > 1 ? ` with dilations [${dilations.join(', ')}]` : '';
  return new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected ${input.text}, padded, to have room for ${kernel.text}${dilated} but received sizes that leave an output of ` +
      `${Math.max(0, out[0])} x ${Math.max(0, out[1])} pixels`,
  );
}
