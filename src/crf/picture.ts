import {checkArray} from '../core/arrays.ts';
import {checkInteger, expectation} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';
import {checkEntries} from '../core/memory.ts';

/** Values of a picture: bytes, or floats in the same unit. */
export type PixelArray = Uint8Array | Uint8ClampedArray | Float32Array;

/** A picture that knows its size, as a canvas's ImageData does. */
export interface ImageData {
  readonly data: PixelArray;
  readonly width: number;
  readonly height: number;
}

/** A picture without its alpha channel. */
export interface Picture {
  readonly pixels: PixelArray;
  readonly width: number;
  readonly height: number;
}

/** Checks a picture of 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA) channels and leaves out alpha. */
export function checkPicture(
  image: unknown,
  givenWidth: number | undefined,
  givenHeight: number | undefined,
  channelsFirst: boolean,
): Picture {
  const {data, width: itsWidth, height: itsHeight} = isImageData(image) ? image : {data: image};
  const width = checkInteger('width', givenWidth ?? itsWidth, 1);
  const height = checkInteger('height', givenHeight ?? itsHeight, 1);
  if ((itsWidth ?? width) !== width || (itsHeight ?? height) !== height) {
    const swapped = itsWidth === height && itsHeight === width;
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected width and height to be those of image, ${itsWidth} x ${itsHeight}, but received ${width} x ${height}` +
        (swapped ? ': did you swap them?' : ''),
    );
  }
  const points = checkEntries('width and height', [width, height]);
  const pixels = checkArray('image', data, 'Uint8Array', 'Uint8ClampedArray', 'Float32Array');
  const channels = pixels.length / points;
  if (![1, 2, 3, 4].includes(channels)) {
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected image to hold 1, 2, 3 or 4 channels of ${width} x ${height} points but received ${pixels.length} values`,
    );
  }
  return {pixels: channels % 2 === 0 ? withoutAlpha(pixels, points, channels, channelsFirst) : pixels, width, height};
}

function isImageData(
  image: unknown,
): image is Partial<Record<keyof ImageData, unknown>> & {width: number; height: number} {
  if (typeof image !== 'object' || image === null) {
    throw expectation('ERR_INVALID_TYPE', 'image', 'a Uint8Array, Uint8ClampedArray, Float32Array or ImageData', image);
  }
  return 'data' in image && 'width' in image && 'height' in image;
}

function withoutAlpha(pixels: PixelArray, points: number, channels: number, channelsFirst: boolean): PixelArray {
  const colours = channels - 1;
  if (channelsFirst) return pixels.subarray(0, points * colours);
  const out = pixels.slice(0, points * colours);
  for (let point = 0; point < points; ++point) {
    for (let c = 0; c < colours; ++c) out[point * colours + c] = pixels[point * channels + c] ?? 0;
  }
  return out;
}
