import type {DataFormat} from '../core/data-format.ts';
import {DenseCrfError} from '../core/errors.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Where an array keeps its rows, columns and labels. */
export interface Layout extends Size {
  readonly labels: number;
  readonly dataFormat: DataFormat;
}

export interface LayoutHints {
  readonly labels?: number | undefined;
  readonly dataFormat?: DataFormat | undefined;
}

/**
 * Finds out how an array of probabilities is laid out, from its shape and the size of what it covers. Axes of length 1
 * in front (batches of one picture) do not count.
 *
 * @param shape the shape of the array
 * @param target what the array covers; the array may be smaller
 * @param hints what the user said
 * @param name what errors call the array
 * @throws {DenseCrfError} `ERR_INVALID_SHAPE` if no layout fits, or two fit equally well
 */
export function layoutOf(shape: readonly number[], target: Size, hints: LayoutHints, name: string): Layout {
  const fitting = candidates(shape, hints).filter(layout => isCoveredBy(layout, target) && isExpected(layout, hints));
  const isTold = shape.length === 2 || hints.dataFormat !== undefined || hints.labels !== undefined;
  for (const isBetter of [isExact, hasSameProportions, () => isTold]) {
    const [layout, ...others] = fitting.filter(candidate => isBetter(candidate, target));
    if (layout && others.length === 0) return layout;
  }
  const isSwapped = candidates(shape, hints).some(layout => isExact(swap(layout), target));
  throw fitting.length > 0 && !isSwapped
    ? ambiguous(shape, target, name)
    : misfit(shape, target, hints, name, isSwapped);
}

function candidates(shape: readonly number[], {dataFormat}: LayoutHints): Layout[] {
  const axes = [...shape];
  while (axes.length > 3 && axes[0] === 1) axes.shift();
  const [a = 0, b = 0, c = 1] = axes;
  const last: Layout = {height: a, width: b, labels: c, dataFormat: 'channelsLast'};
  if (axes.length === 2) return [last];
  if (axes.length !== 3) return [];
  const first: Layout = {labels: a, height: b, width: c, dataFormat: 'channelsFirst'};
  return [last, first].filter(layout => dataFormat === undefined || layout.dataFormat === dataFormat);
}

function isCoveredBy(layout: Layout, target: Size): boolean {
  const {width, height, labels} = layout;
  return width > 0 && height > 0 && labels > 0 && width <= target.width && height <= target.height;
}

function isExpected({labels}: Layout, hints: LayoutHints): boolean {
  return hints.labels === undefined || hints.labels === labels || (hints.labels === 2 && labels === 1);
}

function isExact(layout: Size, target: Size): boolean {
  return layout.width === target.width && layout.height === target.height;
}

/** Whether a map is the picture made smaller, give or take the rounding of its size. */
export function hasSameProportions(layout: Size, target: Size): boolean {
  const height = (layout.width * target.height) / target.width;
  const width = (layout.height * target.width) / target.height;
  return Math.abs(layout.height - height) <= 1 || Math.abs(layout.width - width) <= 1;
}

function swap({width, height}: Size): Size {
  return {width: height, height: width};
}

function ambiguous(shape: readonly number[], target: Size, name: string): DenseCrfError {
  return new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected the shape of ${name} to show where its labels are, but [${shape.join(', ')}] does not for ` +
      `${describe(target)}: say --data-format channels-first or channels-last, or how many --labels there are`,
  );
}

function misfit(
  shape: readonly number[],
  target: Size,
  hints: LayoutHints,
  name: string,
  isSwapped: boolean,
): DenseCrfError {
  const labels = hints.labels ?? 'labels';
  return new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected ${name} to have the shape [height, width, ${labels}] or [${labels}, height, width], no larger than ` +
      `${describe(target)}, but received [${shape.join(', ')}]${isSwapped ? ': width and height look swapped' : ''}`,
  );
}

function describe({width, height}: Size): string {
  return `the picture of width ${width} and height ${height}`;
}
