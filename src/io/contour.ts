import type {LabelMap} from './label-png.ts';

/**
 * How much of a line along the borders between labels each pixel carries, 0 to 1. The line is smooth: a pixel counts
 * the share of its surroundings that has another label than its own.
 *
 * @param width of the line, in pixels
 */
export function contourOf(map: LabelMap, width: number): Float32Array {
  const reach = Math.max(1, Math.round(width / 2));
  const disc = discOf(reach);
  const coverage = new Float32Array(map.labels.length);
  nearBorders(map, reach).forEach((near, i) => {
    // Right beside a straight border nearly half of the disc lies on the other side.
    if (near) coverage[i] = Math.min(1, 2.5 * shareOfOthers(map, i, disc));
  });
  return coverage;
}

type Offset = readonly [dx: number, dy: number];

function discOf(reach: number): Offset[] {
  const offsets: Offset[] = [];
  for (let dy = -reach; dy <= reach; ++dy) {
    for (let dx = -reach; dx <= reach; ++dx) {
      if (dx * dx + dy * dy <= (reach + 0.5) ** 2) offsets.push([dx, dy]);
    }
  }
  return offsets;
}

/** 1 for each pixel that may see another label within reach. */
function nearBorders({width, height, labels}: LabelMap, reach: number): Uint8Array {
  const near = new Uint8Array(labels.length);
  for (let y = 0, i = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x, ++i) {
      const right = x + 1 < width && labels[i + 1] !== labels[i];
      const below = y + 1 < height && labels[i + width] !== labels[i];
      if (!right && !below) continue;
      const [left, end] = [Math.max(0, x - reach), Math.min(width, x + reach + 2)];
      for (let v = Math.max(0, y - reach); v < Math.min(height, y + reach + 2); ++v)
        near.fill(1, v * width + left, v * width + end);
    }
  }
  return near;
}

function shareOfOthers({width, height, labels}: LabelMap, i: number, disc: readonly Offset[]): number {
  const x = i % width;
  const y = (i - x) / width;
  let others = 0;
  for (const [dx, dy] of disc) {
    const inside = x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height;
    if (inside && labels[i + dy * width + dx] !== labels[i]) ++others;
  }
  return others / disc.length;
}
