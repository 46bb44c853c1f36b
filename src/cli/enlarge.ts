import {DenseCrfError} from '../core/errors.ts';
import type {ResizeOptions} from '../ops/resize-bilinear.ts';
import {resizeBilinear} from '../ops/resize-bilinear.ts';
import type {Size} from './layout.ts';

/** How a map lies over its picture. */
export interface Placement {
  /** Of the map. */
  readonly from: Size;
  /** What the map covers; the picture is in its top left corner. */
  readonly canvas: Size;
  readonly picture: Size;
}

/** What a map covers: its canvas, or just the picture. */
export function canvasOf(picture: Size, canvas: Size | undefined): Size {
  if (!canvas || (canvas.width >= picture.width && canvas.height >= picture.height)) return canvas ?? picture;
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected --canvas to hold the picture of width ${picture.width} and height ${picture.height} but received ` +
      `${canvas.width}x${canvas.height}`,
  );
}

/** Brings `[height, width, channels]` values to the size of the picture, bilinearly. */
export function enlargeValues(
  data: Float32Array,
  channels: number,
  place: Placement,
  grid: ResizeOptions,
): Float32Array {
  const {from, canvas, picture} = place;
  if (from.width === canvas.width && from.height === canvas.height) return crop(data, channels, canvas, picture);
  const shape = [1, from.height, from.width, channels] as const;
  return crop(resizeBilinear({data, shape}, [canvas.height, canvas.width], grid).data, channels, canvas, picture);
}

/** Brings labels to the size of the picture: each pixel takes the label that lies over it. */
export function enlargeLabels(labels: Int32Array, {from, canvas, picture}: Placement): Int32Array {
  const out = new Int32Array(picture.width * picture.height);
  for (let y = 0, i = 0; y < picture.height; ++y) {
    const row = Math.floor(((y + 0.5) * from.height) / canvas.height) * from.width;
    for (let x = 0; x < picture.width; ++x, ++i) {
      out[i] = labels[row + Math.floor(((x + 0.5) * from.width) / canvas.width)] ?? 0;
    }
  }
  return out;
}

/** The top left corner. */
function crop(data: Float32Array, channels: number, canvas: Size, picture: Size): Float32Array {
  if (canvas.width === picture.width) return data.subarray(0, picture.height * picture.width * channels);
  const row = picture.width * channels;
  const out = new Float32Array(picture.height * row);
  for (let y = 0; y < picture.height; ++y) {
    const start = y * canvas.width * channels;
    out.set(data.subarray(start, start + row), y * row);
  }
  return out;
}
