// Values on grids of pixels: cutting, pasting, mirroring, resizing.
import {allocateFloats, checkFitsMemory} from '../../core/memory.ts';
import {avgPool} from '../../ops/pool.ts';
import {resizeBilinear} from '../../ops/resize-bilinear.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of a grid. */
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** `[height, width, channels]` */
export interface Raster extends Size {
  readonly data: Float32Array;
  readonly channels: number;
}

/** A grid of zeros. */
export function emptyRaster({width, height}: Size, channels: number): Raster {
  const length = width * height * channels;
  checkFitsMemory('the picture', 4 * length);
  return {data: allocateFloats(length), width, height, channels};
}

/** A part of a grid, the grid itself where that is all of it. */
export function crop(raster: Raster, {x, y, width, height}: Box): Raster {
  if (width === raster.width && height === raster.height) return raster;
  const out = emptyRaster({width, height}, raster.channels);
  for (let row = 0; row < height; ++row) {
    const start = ((y + row) * raster.width + x) * raster.channels;
    out.data.set(raster.data.subarray(start, start + width * raster.channels), row * width * raster.channels);
  }
  return out;
}

/** Writes a grid into a larger one of as many channels. */
export function paste(into: Raster, from: Raster, x: number, y: number): void {
  const length = from.width * from.channels;
  for (let row = 0; row < from.height; ++row) {
    const at = ((y + row) * into.width + x) * into.channels;
    into.data.set(from.data.subarray(row * length, (row + 1) * length), at);
  }
}

/** Left becomes right. */
export function mirror({data, width, height, channels}: Raster): Raster {
  const out = emptyRaster({width, height}, channels);
  for (let pixel = 0; pixel < width * height; ++pixel) {
    const x = pixel % width;
    const from = (pixel - x + (width - 1 - x)) * channels;
    for (let c = 0; c < channels; ++c) out.data[pixel * channels + c] = data[from + c] ?? 0;
  }
  return out;
}

/** Bilinear, corners aligned, as DeepLab resizes pictures and scores. */
export function resize(raster: Raster, {width, height}: Size): Raster {
  if (width === raster.width && height === raster.height) return raster;
  const {data} = resizeBilinear(tensorOf(raster), [height, width], {alignCorners: true});
  return {data, width, height, channels: raster.channels};
}

/** {@link resize}, after averaging blocks of pixels where it would pass over some. */
export function shrink(raster: Raster, size: Size): Raster {
  const block = [Math.floor(raster.height / size.height), Math.floor(raster.width / size.width)] as const;
  if (block[0] < 2 && block[1] < 2) return resize(raster, size);
  const filter = [Math.max(1, block[0]), Math.max(1, block[1])] as const;
  const {data, shape} = avgPool(tensorOf(raster), filter, {strides: filter, pad: 'same'});
  return resize({data, width: shape[2], height: shape[1], channels: raster.channels}, size);
}

function tensorOf({data, width, height, channels}: Raster) {
  return {data, shape: [1, height, width, channels] as const};
}
