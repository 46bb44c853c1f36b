import type {Rgb} from './colours.ts';
import {drawText, textWidth} from './lettering.ts';
import {loadSharp} from './pictures.ts';
import type {Picture} from './pictures.ts';

/** A name with its colour. */
export interface LegendEntry {
  readonly name: string;
  readonly colour: Rgb;
}

const PAPER = '#faf9f6';
const INK = '#1d1d1b';
/** Heights relative to a capital letter. */
const [ROW, SWATCH, GAP] = [2.4, 1.3, 2];

interface Placed extends LegendEntry {
  readonly x: number;
  readonly row: number;
}

/** Encodes a picture as PNG with a legend under it, in as many rows as its width makes necessary. */
export async function encodeWithLegend(picture: Picture, entries: readonly LegendEntry[]): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const {width, height, rgb} = picture;
  const size = Math.min(40, Math.max(7, width / 45));
  const placed = place(entries, width, size);
  const rows = (placed.at(-1)?.row ?? -1) + 1;
  const legendHeight = rows === 0 ? 0 : Math.round((rows * ROW + 0.8) * size);
  const raw = {raw: {width, height, channels: 3}} as const;
  if (legendHeight === 0) return sharp(rgb, raw).png().toBuffer();
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${legendHeight}">${placed.map(entry => draw(entry, size)).join('')}</svg>`;
  return sharp(rgb, raw)
    .extend({bottom: legendHeight, background: PAPER})
    .composite([{input: Buffer.from(svg), left: 0, top: height}])
    .png()
    .toBuffer();
}

function place(entries: readonly LegendEntry[], width: number, size: number): Placed[] {
  let [x, row] = [size, 0];
  return entries.map(entry => {
    const length = (SWATCH + 0.7) * size + textWidth(entry.name, size);
    if (x > size && x + length > width - size) [x, row] = [size, row + 1];
    const placed = {...entry, x, row};
    x += length + GAP * size;
    return placed;
  });
}

function draw({name, colour, x, row}: Placed, size: number): string {
  const y = (row * ROW + 1) * size;
  const side = SWATCH * size;
  const swatch = `<rect x="${x}" y="${y - (side - size) / 2}" width="${side}" height="${side}" rx="${size / 5}" fill="rgb(${colour.join()})"/>`;
  return swatch + drawText(name, x + (SWATCH + 0.7) * size, y, {size, colour: INK});
}
