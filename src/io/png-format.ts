import {crc32} from 'node:zlib';

/** What the first chunk of a PNG file says. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  readonly interlaced: boolean;
}

export interface PngChunk {
  readonly type: string;
  readonly body: Uint8Array;
}

export const GREY = 0;
export const PALETTE = 3;
export const COLOUR_NAMES: Readonly<Record<number, string>> = {
  0: 'grey',
  2: 'RGB',
  3: 'palette',
  4: 'grey with alpha',
  6: 'RGBA',
};

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Length, type and checksum around a chunk's body. */
const CHUNK_OVERHEAD = 12;

/** Whether bytes begin like a PNG file. */
export function isPng(bytes: Uint8Array): boolean {
  return SIGNATURE.every((byte, i) => bytes[i] === byte);
}

/** The chunks of a PNG file, in order, up to the first that is cut short or damaged. */
export function* readChunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = SIGNATURE.length; at + CHUNK_OVERHEAD <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length || view.getUint32(end) !== crc32(bytes.subarray(at + 4, end))) return;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield {type, body: bytes.subarray(at + 8, end)};
    at = end + 4;
  }
}

/** A PNG file of some chunks. */
export function writeChunks(chunks: readonly PngChunk[]): Uint8Array {
  const length = chunks.reduce((sum, {body}) => sum + CHUNK_OVERHEAD + body.length, SIGNATURE.length);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes.set(SIGNATURE);
  let at = SIGNATURE.length;
  for (const {type, body} of chunks) {
    const end = at + 8 + body.length;
    view.setUint32(at, body.length);
    bytes.set(new TextEncoder().encode(type), at + 4);
    bytes.set(body, at + 8);
    view.setUint32(end, crc32(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
  return bytes;
}

export function readHeader(body: Uint8Array): PngHeader {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return {
    width: view.getUint32(0),
    height: view.getUint32(4),
    bitDepth: view.getUint8(8),
    colourType: view.getUint8(9),
    interlaced: view.getUint8(12) !== 0,
  };
}

export function writeHeader({width, height, bitDepth, colourType, interlaced}: PngHeader): PngChunk {
  const body = new Uint8Array(13);
  const view = new DataView(body.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  body.set([bitDepth, colourType, 0, 0, interlaced ? 1 : 0], 8);
  return {type: 'IHDR', body};
}
