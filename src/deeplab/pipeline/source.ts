import {expectation, isObject} from '../../core/checks.ts';
import {checkPicture, type ImageData, type PixelArray} from '../../crf/picture.ts';
import {type Box, emptyRaster, type Raster, type Size} from './raster.ts';

/** A picture whose parts are read as they are needed. */
export class Source implements Size {
  readonly width: number;
  readonly height: number;
  readonly #pixels: PixelArray;
  readonly #channels: number;

  /** @throws {DenseCrfError} naming what is wrong with `image` */
  constructor(image: ImageData) {
    if (!isObject(image) || ArrayBuffer.isView(image)) {
      throw expectation('ERR_INVALID_TYPE', 'image', 'an object {data, width, height}', image);
    }
    const {pixels, width, height} = checkPicture(image.data, image.width, image.height, false);
    this.width = width;
    this.height = height;
    this.#pixels = pixels;
    this.#channels = pixels.length / (width * height);
  }

  /** Red, green and blue of a part; grey three times. */
  read({x, y, width, height}: Box): Raster {
    const out = emptyRaster({width, height}, 3);
    const step = this.#channels === 3 ? 1 : 0;
    for (let row = 0, at = 0; row < height; ++row) {
      let from = ((y + row) * this.width + x) * this.#channels;
      for (let column = 0; column < width; ++column, at += 3, from += this.#channels) {
        for (let c = 0; c < 3; ++c) out.data[at + c] = this.#pixels[from + c * step] ?? 0;
      }
    }
    return out;
  }
}
