import type sharp from 'sharp';
import type {Metadata, Sharp} from 'sharp';
import {DenseCrfError} from '../core/errors.ts';
import {invalidFile, messageOf} from './files.ts';

/** Colours for each pixel, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 3]` */
  readonly rgb: Uint8Array;
}

/** A picture as it came from a file, and what had to be converted on the way. */
export interface DecodedPicture extends Picture {
  readonly notes: readonly string[];
}

/** One value in [0, 1] for each pixel. */
export interface Matte {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/**
 * Loads sharp, which is an optional peer.
 *
 * @throws {DenseCrfError} `ERR_MISSING_DEPENDENCY` saying how to install it
 */
export async function loadSharp(): Promise<typeof sharp> {
  try {
    return (await import('sharp')).default;
  } catch (error) {
    throw new DenseCrfError(
      'ERR_MISSING_DEPENDENCY',
      `Pictures need the package sharp: run "npm install sharp" (loading it failed: ${firstLine(messageOf(error))})`,
      {cause: error},
    );
  }
}

/**
 * Decodes a picture of any format that sharp knows to 8-bit RGB. Colours are taken as they are stored, as PIL and
 * OpenCV do: no colour profile is applied, except to CMYK, and the orientation in EXIF only on request.
 *
 * @param bytes the file
 * @param name what errors call the file
 * @throws {DenseCrfError} `ERR_INVALID_FILE` if it cannot be decoded
 */
export async function decodePicture(bytes: Uint8Array, name: string, autoOrient = false): Promise<DecodedPicture> {
  const sharp = await loadSharp();
  try {
    const metadata = await sharp(bytes).metadata();
    const image = open(sharp, bytes, metadata, autoOrient).removeAlpha().toColourspace('srgb');
    const {data, info} = await image.raw().toBuffer({resolveWithObject: true});
    return {width: info.width, height: info.height, rgb: Uint8Array.from(data), notes: notesOn(metadata, autoOrient)};
  } catch (error) {
    throw invalidFile(name, 'be a readable picture', firstLine(messageOf(error)));
  }
}

/**
 * Decodes a mask or an alpha matte: its alpha channel if it has one that is not opaque all over, its brightness if not.
 *
 * @param bytes the file
 * @param name what errors call the file
 * @throws {DenseCrfError} `ERR_INVALID_FILE` if it cannot be decoded
 */
export async function decodeMatte(bytes: Uint8Array, name: string): Promise<Matte> {
  const sharp = await loadSharp();
  try {
    const {isOpaque} = await sharp(bytes).stats();
    const image = isOpaque
      ? sharp(bytes).removeAlpha().toColourspace('grey16')
      : sharp(bytes).extractChannel('alpha').toColourspace('grey16');
    const {data, info} = await image.raw({depth: 'ushort'}).toBuffer({resolveWithObject: true});
    return {width: info.width, height: info.height, values: toUnitRange(data)};
  } catch (error) {
    throw invalidFile(name, 'be a readable picture', firstLine(messageOf(error)));
  }
}

/** Encodes 8-bit pixels of 1 (grey), 3 (RGB) or 4 (RGBA) channels as a PNG. */
export async function encodePng(
  pixels: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 3 | 4,
): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const image = sharp(pixels, {raw: {width, height, channels}});
  return (channels === 1 ? image.toColourspace('b-w') : image).png({compressionLevel: 9}).toBuffer();
}

/** Encodes a picture as a JPEG of at most this width, for pages. */
export async function encodeJpeg({rgb, width, height}: Picture, maxWidth: number): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp(rgb, {raw: {width, height, channels: 3}})
    .resize({width: maxWidth, withoutEnlargement: true})
    .jpeg({quality: 85, chromaSubsampling: '4:4:4'})
    .toBuffer();
}

function open(load: typeof sharp, bytes: Uint8Array, metadata: Metadata, autoOrient: boolean): Sharp {
  const image = load(bytes, {failOn: 'error', ignoreIcc: metadata.space !== 'cmyk'});
  return autoOrient ? image.rotate() : image;
}

function notesOn({depth, hasAlpha, space, orientation = 1, pages = 1}: Metadata, autoOrient: boolean): string[] {
  const notes: string[] = [];
  if (depth !== 'uchar') notes.push(`${depth} values reduced to 8 bits`);
  if (hasAlpha) notes.push('alpha channel dropped');
  if (space === 'cmyk') notes.push('CMYK converted to RGB');
  if (space === 'b-w' || space === 'grey16') notes.push('grey repeated as red, green and blue');
  if (pages > 1) notes.push(`first of ${pages} pages`);
  if (orientation > 1 && !autoOrient) notes.push(`EXIF orientation ${orientation} not applied (--auto-orient does)`);
  return notes;
}

function toUnitRange(data: Buffer): Float32Array {
  const values = new Float32Array(data.length / 2);
  for (let i = 0; i < values.length; ++i) values[i] = data.readUInt16LE(2 * i) / 65535;
  return values;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
