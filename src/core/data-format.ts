import {checkChoice} from './checks.ts';
import {shapeText} from './shape.ts';

/**
 * Where the channels (or labels, or feature dimensions) of an array lie: `'channelsLast'`, `[...shape, channels]`, as tfjs and
 * image files have them, or `'channelsFirst'`, `[channels, ...shape]`, as PyTorch and pydensecrf have them.
 */
export type DataFormat = 'channelsLast' | 'channelsFirst';

/** An option of every call that takes or gives arrays with channels. */
export interface DataFormatOptions {
  /** Layout of the arrays of this call, those taken and those given back. Default `'channelsLast'`. */
  dataFormat?: DataFormat | undefined;
}

/** Whether the channels come first. */
export function checkChannelsFirst(name: string, value: DataFormat | undefined): boolean {
  return value !== undefined && checkChoice(name, value, ['channelsLast', 'channelsFirst']) === 'channelsFirst';
}

/** The shape of an array with channels on a grid, as text. */
export function layoutText(shape: readonly number[], channels: number, channelsFirst: boolean): string {
  return shapeText(channelsFirst ? [channels, ...shape] : [...shape, channels]);
}
