import type {Rgb} from '../../io/colours.ts';

/** One class of a data set. */
export interface DatasetClass {
  readonly name: string;
  readonly colour: Rgb;
}

/** The classes that a network was trained on. */
export interface Dataset {
  /** For people. */
  readonly title: string;
  /** In the order of the labels 0, 1, 2, ... */
  readonly classes: readonly DatasetClass[];
  /** The label that stands for "nothing of interest" and is left clear on overlays; undefined if every label is a thing. */
  readonly background: number | undefined;
  /** The value of an annotation that means "do not count this pixel". */
  readonly voidLabel: number;
  /** Where names and colours are from. */
  readonly source: string;
}

/** Reads lines of a colour, as `rrggbb`, and a name. */
export function parseClasses(table: string): readonly DatasetClass[] {
  const lines = table.trim().split('\n');
  return Object.freeze(
    lines.map(line => {
      const [colour = '', ...words] = line.trim().split(' ');
      return Object.freeze({name: words.join(' '), colour: parseColour(colour)});
    }),
  );
}

function parseColour(hex: string): Rgb {
  const value = Number.parseInt(hex, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}
