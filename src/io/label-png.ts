import {deflateSync, inflateSync} from 'node:zlib';
import {invalidFile, messageOf} from './files.ts';
import {COLOUR_NAMES, GREY, isPng, PALETTE, readChunks, readHeader, writeChunks, writeHeader} from './png-format.ts';
import type {PngChunk, PngHeader} from './png-format.ts';

/** One label for each pixel, row by row. */
export interface LabelMap {
  readonly width: number;
  readonly height: number;
  readonly labels: Int32Array;
}

/** One pass over the picture: where it starts and how far apart its pixels are. */
interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
}

const WHOLE: readonly Pass[] = [{x: 0, y: 0, stepX: 1, stepY: 1}];
const ADAM7: readonly Pass[] = [
  {x: 0, y: 0, stepX: 8, stepY: 8},
  {x: 4, y: 0, stepX: 8, stepY: 8},
  {x: 0, y: 4, stepX: 4, stepY: 8},
  {x: 2, y: 0, stepX: 4, stepY: 4},
  {x: 0, y: 2, stepX: 2, stepY: 4},
  {x: 1, y: 0, stepX: 2, stepY: 2},
  {x: 0, y: 1, stepX: 1, stepY: 2},
];

const MAX_PIXELS = 2 ** 30;
const MAX_PALETTE = 256;

/**
 * Reads the numbers that a PNG stores, where picture libraries would give colours: the palette indices of a palette
 * PNG (PASCAL VOC, Cityscapes, ADE20K annotations), the values of a grey one.
 *
 * @param bytes the file; 1, 2, 4, 8 or 16 bits a pixel, interlaced or not
 * @param name what errors call the file
 * @throws {DenseCrfError} `ERR_INVALID_FILE` if it is damaged or its pixels are colours
 */
export function decodeLabelPng(bytes: Uint8Array, name: string): LabelMap {
  if (!isPng(bytes)) throw invalidFile(name, 'be a PNG file', 'other bytes at its beginning');
  const chunks = [...readChunks(bytes)];
  const first = chunks[0];
  if (first?.type !== 'IHDR' || first.body.length !== 13) throw invalidFile(name, 'begin with a PNG header', 'none');
  const header = readHeader(first.body);
  checkHeader(header, name);
  if (chunks.at(-1)?.type !== 'IEND') throw invalidFile(name, 'be a whole PNG file', 'a truncated or damaged one');
  return readLabels(inflate(chunks, header, name), header, name);
}

/**
 * Writes labels as a PNG whose pixels are the labels themselves: a palette PNG up to 256 labels, a 16-bit grey one above.
 *
 * @param map the labels, 0 to 65535
 * @param palette `[r, g, b]` for each label; used up to 256 labels
 */
export function encodeLabelPng({width, height, labels}: LabelMap, palette: Uint8Array): Uint8Array {
  const wide = palette.length > 3 * MAX_PALETTE;
  const stride = 1 + width * (wide ? 2 : 1);
  const raw = new Uint8Array(height * stride);
  const view = new DataView(raw.buffer);
  for (let y = 0, i = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x, ++i) {
      if (wide) view.setUint16(y * stride + 1 + 2 * x, labels[i] ?? 0);
      else view.setUint8(y * stride + 1 + x, labels[i] ?? 0);
    }
  }
  // At the default level: the best one takes eight times as long for a fifth of 2 KB.
  const body = deflateSync(raw);
  return writeChunks([
    writeHeader({width, height, bitDepth: wide ? 16 : 8, colourType: wide ? GREY : PALETTE, interlaced: false}),
    ...(wide ? [] : [{type: 'PLTE', body: palette}]),
    {type: 'IDAT', body},
    {type: 'IEND', body: new Uint8Array(0)},
  ]);
}

function checkHeader({width, height, bitDepth, colourType}: PngHeader, name: string): void {
  if (colourType !== GREY && colourType !== PALETTE) {
    const found = COLOUR_NAMES[colourType] ?? `colour type ${colourType}`;
    throw invalidFile(name, 'hold labels (a palette or grey PNG)', `${found} pixels`);
  }
  if (![1, 2, 4, 8, 16].includes(bitDepth))
    throw invalidFile(name, 'have 1, 2, 4, 8 or 16 bits a pixel', `${bitDepth}`);
  if (width === 0 || height === 0 || width * height > MAX_PIXELS) {
    throw invalidFile(name, `hold 1 to ${MAX_PIXELS} pixels`, `${width} x ${height}`);
  }
}

function inflate(chunks: readonly PngChunk[], header: PngHeader, name: string): Uint8Array {
  const parts = chunks.filter(chunk => chunk.type === 'IDAT').map(chunk => chunk.body);
  const expected = passesOf(header)
    .map(pass => sizeOf(pass, header))
    .reduce((sum, {columns, rows}) => sum + (columns ? rows * (1 + rowBytes(columns, header.bitDepth)) : 0), 0);
  try {
    const raw = inflateSync(Buffer.concat(parts), {maxOutputLength: expected});
    if (raw.length === expected) return raw;
    throw new Error(`${raw.length} of ${expected} bytes of pixels`);
  } catch (error) {
    throw invalidFile(name, 'hold a readable PNG picture', messageOf(error));
  }
}

function readLabels(raw: Uint8Array, header: PngHeader, name: string): LabelMap {
  const {width, height, bitDepth} = header;
  const labels = new Int32Array(width * height);
  let at = 0;
  for (const pass of passesOf(header)) {
    const {columns, rows} = sizeOf(pass, header);
    if (columns === 0) continue;
    const length = rowBytes(columns, bitDepth);
    let above: Uint8Array = new Uint8Array(length);
    for (let row = 0; row < rows; ++row, at += 1 + length) {
      const line = raw.subarray(at + 1, at + 1 + length);
      if (!unfilter(raw[at] ?? 0, line, above, bitDepth === 16 ? 2 : 1)) {
        throw invalidFile(name, 'use the filters 0 to 4', `filter ${raw[at]}`);
      }
      const start = (pass.y + row * pass.stepY) * width + pass.x;
      for (let i = 0; i < columns; ++i) labels[start + i * pass.stepX] = sample(line, i, bitDepth);
      above = line;
    }
  }
  return {width, height, labels};
}

function passesOf(header: PngHeader): readonly Pass[] {
  return header.interlaced ? ADAM7 : WHOLE;
}

function sizeOf(pass: Pass, {width, height}: PngHeader): {columns: number; rows: number} {
  const columns = Math.max(0, Math.ceil((width - pass.x) / pass.stepX));
  return {columns, rows: Math.max(0, Math.ceil((height - pass.y) / pass.stepY))};
}

function rowBytes(columns: number, bitDepth: number): number {
  return Math.ceil((columns * bitDepth) / 8);
}

/** Undoes a row's prediction in place: PNG specification, section 9. False if the filter does not exist. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, pixelBytes: number): boolean {
  if (filter > 4) return false;
  if (filter === 0) return true;
  for (let i = 0; i < line.length; ++i) {
    const left = line[i - pixelBytes] ?? 0;
    const up = above[i] ?? 0;
    line[i] = (line[i] ?? 0) + predict(filter, left, up, above[i - pixelBytes] ?? 0);
  }
  return true;
}

function predict(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  return filter === 3 ? (left + up) >> 1 : paeth(left, up, corner);
}

function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

function sample(line: Uint8Array, i: number, bitDepth: number): number {
  if (bitDepth === 8) return line[i] ?? 0;
  if (bitDepth === 16) return ((line[2 * i] ?? 0) << 8) | (line[2 * i + 1] ?? 0);
  const perByte = 8 / bitDepth;
  const shift = 8 - bitDepth * ((i % perByte) + 1);
  return ((line[Math.floor(i / perByte)] ?? 0) >> shift) & ((1 << bitDepth) - 1);
}
