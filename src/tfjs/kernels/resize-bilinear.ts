import {callNative} from '../../core/status.ts';
import type {NativeResizeOptions} from '../../native/addon.ts';
import {native} from '../../native/load.ts';
import {ResizeBilinear, ResizeBilinearGrad, type TensorInfo} from '../core.ts';
import {areFloats, hotKernel} from './kernel.ts';

interface Attrs {
  alignCorners: boolean;
  halfPixelCenters?: boolean;
}

/** Bilinear resizing. */
export const resizeBilinear = hotKernel<{images: TensorInfo}, Attrs & {size: [number, number]}>({
  kernelName: ResizeBilinear,
  accepts: ({images}, attrs) => areFloats(images) && !isBoth(attrs) && attrs.size[0] * attrs.size[1] > 0,
  run(storage, {images}, attrs) {
    const [batch = 1, , , channels = 1] = images.shape;
    const y = storage.make([batch, ...attrs.size, channels], 'float32');
    const options = optionsOf(images.shape, attrs.size, attrs);
    callNative(() => native().resizeBilinear(storage.floats(images), options, storage.floats(y)));
    return y;
  },
});

/** Its gradient. */
export const resizeBilinearGrad = hotKernel<{images: TensorInfo; dy: TensorInfo}, Attrs>({
  kernelName: ResizeBilinearGrad,
  accepts: ({images, dy}, attrs) => areFloats(images, dy) && !isBoth(attrs),
  run(storage, {images, dy}, attrs) {
    const dx = storage.make(images.shape, 'float32');
    const [, height = 1, width = 1] = dy.shape;
    const options = optionsOf(images.shape, [height, width], attrs);
    callNative(() => native().resizeBilinearGradient(storage.floats(dy), options, storage.floats(dx)));
    return dx;
  },
});

function isBoth({alignCorners, halfPixelCenters = false}: Attrs): boolean {
  return alignCorners && halfPixelCenters;
}

function optionsOf(
  [batch = 1, height = 1, width = 1, channels = 1]: readonly number[],
  [outHeight, outWidth]: readonly [number, number],
  {alignCorners, halfPixelCenters = false}: Attrs,
): NativeResizeOptions {
  const centers = halfPixelCenters ? 'halfPixelCenters' : 'legacy';
  return {batch, height, width, channels, outHeight, outWidth, grid: alignCorners ? 'alignCorners' : centers};
}
