import type {Box, Size} from './raster.ts';

/** A piece of a grid, and the part of it that counts: the parts of all pieces cover the grid once. */
export interface Tile {
  readonly box: Box;
  /** On the whole grid. */
  readonly keep: Box;
}

interface Span {
  readonly start: number;
  readonly length: number;
  readonly keepFrom: number;
  readonly keepTo: number;
}

/** Pieces of at most `tile`, evenly spread, neighbours of which have at least `overlap` pixels in common. */
export function cut(grid: Size, tile: Size, overlap: number): Tile[] {
  const columns = cutAxis(grid.width, tile.width, overlap);
  return cutAxis(grid.height, tile.height, overlap).flatMap(row =>
    columns.map(column => ({
      box: {x: column.start, y: row.start, width: column.length, height: row.length},
      keep: {
        x: column.keepFrom,
        y: row.keepFrom,
        width: column.keepTo - column.keepFrom,
        height: row.keepTo - row.keepFrom,
      },
    })),
  );
}

/** A quarter of the smaller side: how much neighbours have in common if nobody says it. */
export function quarter({width, height}: Size): number {
  return Math.floor(Math.min(width, height) / 4);
}

/** Neighbours meet in the middle of what they have in common, where each sees as much around it as the other. */
function cutAxis(extent: number, size: number, overlap: number): Span[] {
  const length = Math.min(extent, size);
  const shared = Math.min(overlap, length - 1);
  const count = Math.max(1, Math.ceil((extent - shared) / (length - shared)));
  const startOf = (i: number): number => (count === 1 ? 0 : Math.round((i * (extent - length)) / (count - 1)));
  const borderBefore = (i: number): number => Math.floor((startOf(i - 1) + length + startOf(i)) / 2);
  return Array.from({length: count}, (_, i) => ({
    start: startOf(i),
    length,
    keepFrom: i === 0 ? 0 : borderBefore(i),
    keepTo: i === count - 1 ? extent : borderBefore(i + 1),
  }));
}
