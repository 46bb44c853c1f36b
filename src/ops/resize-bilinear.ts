import {checkBoolean} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';
import {checkEntries, checkFitsMemory} from '../core/memory.ts';
import {checkOptions} from '../core/options.ts';
import {callNative} from '../core/status.ts';
import type {NativeResizeOptions} from '../native/addon.ts';
import {native} from '../native/load.ts';
import {checkSizes, checkTensor4D, type Tensor4D} from './tensor.ts';

/** Options of {@link resizeBilinear}, tfjs's. */
export interface ResizeOptions {
  /** The centres of the corner pixels stay where they are. Default false. */
  alignCorners?: boolean | undefined;
  /** Pixels have their centres at halves. Default false; not together with `alignCorners`. */
  halfPixelCenters?: boolean | undefined;
}

/**
 * Resizes a batch of images with bilinear interpolation.
 *
 * @param images channels-last images, `[batch, height, width, channels]`
 * @param size `[height, width]` of the result
 * @returns the resized images, `[batch, ...size, channels]`
 * @throws {DenseCrfError} `ERR_INVALID_SHAPE` if the data does not fill its shape, `ERR_OUT_OF_RANGE` if a size is not a
 * positive integer
 *
 * @example
 * const logits = resizeBilinear({data, shape: [1, 33, 33, 21]}, [513, 513], {alignCorners: true});
 */
export function resizeBilinear(
  images: Tensor4D,
  size: readonly [height: number, width: number],
  options: ResizeOptions = {},
): Tensor4D {
  const {data: input, shape} = checkTensor4D('images', images);
  const [batch, height, width, channels] = shape;
  const [outHeight, outWidth] = checkSizes('size', size, 2);
  const grid = gridOf(options);
  checkFitsMemory('size', 4 * checkEntries('size', [batch, outHeight, outWidth, channels]));
  const data = callNative(() =>
    native().resizeBilinear(input, {batch, height, width, channels, outHeight, outWidth, grid}),
  );
  return {data, shape: [batch, outHeight, outWidth, channels]};
}

function gridOf(options: ResizeOptions): NativeResizeOptions['grid'] {
  checkOptions('the options of resizeBilinear', options, ['alignCorners', 'halfPixelCenters']);
  const alignCorners = checkBoolean('alignCorners', options.alignCorners ?? false);
  const halfPixelCenters = checkBoolean('halfPixelCenters', options.halfPixelCenters ?? false);
  if (alignCorners && halfPixelCenters) {
    throw new DenseCrfError(
      'ERR_OUT_OF_RANGE',
      'Expected at most one of alignCorners and halfPixelCenters to be true but received both',
    );
  }
  if (alignCorners) return 'alignCorners';
  return halfPixelCenters ? 'halfPixelCenters' : 'legacy';
}
