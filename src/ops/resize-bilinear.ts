import {checkBoolean} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';
import {checkEntries, checkFitsMemory} from '../core/memory.ts';
import {checkOptions} from '../core/options.ts';
import {shapeText} from '../core/shape.ts';
import {callNative} from '../core/status.ts';
import type {NativeResizeOptions} from '../native/addon.ts';
import {native} from '../native/load.ts';
import {newTensor} from './layer.ts';
import {type OutputOptions, resultIn} from './output.ts';
import {checkSizes, checkTensor, checkTensorShape, type Shape4D, type Tensor4D, tensorText} from './tensor.ts';

/** How pixels of both sizes lie upon each other, tfjs's options. */
export interface ResizeGradOptions {
  /** The centres of the corner pixels stay where they are. Default false. */
  alignCorners?: boolean | undefined;
  /** Pixels have their centres at halves. Default false; not together with `alignCorners`. */
  halfPixelCenters?: boolean | undefined;
}

/** Options of {@link resizeBilinear}. */
export interface ResizeOptions extends ResizeGradOptions, OutputOptions {}

const gridKeys = ['alignCorners', 'halfPixelCenters'] as const;

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
  checkOptions('the options of resizeBilinear', options, [...gridKeys, 'output']);
  const {data: input, shape} = checkTensor('images', images, 4);
  const [batch, height, width, channels] = shape;
  const [outHeight, outWidth] = checkSizes('size', size, 2);
  const grid = gridOf(options);
  const resultShape = [batch, outHeight, outWidth, channels] as const;
  checkFitsMemory('size', 4 * checkEntries('size', resultShape));
  const result = resultIn(resultShape, options, 'images', images);
  const at = {batch, height, width, channels, outHeight, outWidth, grid};
  callNative(() => native().resizeBilinear(input, at, result.data));
  return result;
}

/**
 * The gradient of {@link resizeBilinear} by its images.
 *
 * @param xShape shape of the images
 * @param dy gradient of the result, of the result's shape, which says the `size` too
 * @param options as of the resizing
 * @returns `xShape`
 * @throws {DenseCrfError} naming the argument that is wrong
 */
export function resizeBilinearGrad(xShape: Shape4D, dy: Tensor4D, options: ResizeGradOptions = {}): Tensor4D {
  checkOptions('the options of resizeBilinearGrad', options, gridKeys);
  const [batch, height, width, channels] = checkTensorShape('xShape', xShape, 4);
  const {data: outGradient, shape} = checkTensor('dy', dy, 4);
  const [, outHeight, outWidth] = shape;
  const grid = gridOf(options);
  if (shape[0] !== batch || shape[3] !== channels) {
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected dy to have the batch and the channels of ${tensorText('x', xShape)} but received one of shape ${shapeText(shape)}`,
    );
  }
  const at = {batch, height, width, channels, outHeight, outWidth, grid};
  const gradient = newTensor<Shape4D>([batch, height, width, channels]);
  callNative(() => native().resizeBilinearGradient(outGradient, at, gradient.data));
  return gradient;
}

function gridOf(options: ResizeGradOptions): NativeResizeOptions['grid'] {
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
