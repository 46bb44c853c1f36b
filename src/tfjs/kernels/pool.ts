import {callNative} from '../../core/status.ts';
import type {NativeConvShape} from '../../native/addon.ts';
import {native} from '../../native/load.ts';
import {AvgPool, AvgPoolGrad, MaxPool, MaxPoolGrad, type TensorInfo} from '../core.ts';
import {areFloats, type HotKernel, hotKernel} from './kernel.ts';
import {poolGeometryOf, type WindowAttrs} from './window.ts';

type Op = 'max' | 'average';

interface Attrs extends Omit<WindowAttrs, 'dilations'> {
  filterSize: [number, number] | number;
}

interface GradientInputs {
  dy: TensorInfo;
  input: TensorInfo;
}

function pool(kernelName: string, op: Op): HotKernel {
  return hotKernel<{x: TensorInfo}, Attrs>({
    kernelName,
    // tfjs gives the input back where a window is one pixel, whatever the strides would make of it.
    accepts: ({x}, {filterSize}) => areFloats(x) && x.shape.length === 4 && !isPixel(filterSize),
    run(storage, {x}, attrs) {
      const {native: at, y: shape} = poolGeometryOf(x.shape, attrs.filterSize, attrs);
      const y = storage.make(shape, 'float32');
      const [input, output] = [storage.floats(x), storage.floats(y)];
      callNative(() => {
        if (op === 'average' && isWhole(at)) {
          native().globalAveragePool(input, at.batch, at.height, at.width, at.channels, output);
        } else native().pool(op, at, input, output);
      });
      return y;
    },
  });
}

function poolGradient(kernelName: string, op: Op): HotKernel {
  return hotKernel<GradientInputs, Attrs>({
    kernelName,
    accepts: ({dy, input}, attrs) =>
      areFloats(dy, input) && input.shape.length === 4 && (op === 'max' || isWithin(input.shape, attrs)),
    run(storage, {dy, input}, attrs) {
      const {native: at, x: shape} = poolGeometryOf(input.shape, attrs.filterSize, attrs);
      const dx = storage.make(shape, 'float32');
      const x = op === 'max' ? storage.floats(input) : null;
      callNative(() => native().poolGradient(op, at, x, storage.floats(dy), storage.floats(dx)));
      return dx;
    },
  });
}

function isPixel(filterSize: Attrs['filterSize']): boolean {
  return [filterSize].flat().every(size => size === 1);
}

// tfjs divides the gradient of an average by the whole window's size, although padding took no part in the average itself: where
// there is padding, it stays as it is.
function isWithin(x: readonly number[], attrs: Attrs): boolean {
  const {native: at} = poolGeometryOf(x, attrs.filterSize, attrs);
  const isInside = (size: number, out: number, stride: number, window: number, before: number): boolean =>
    before === 0 && (out - 1) * stride + window <= size;
  return (
    isInside(at.height, at.outHeight, at.strideY, at.kernelHeight, at.padTop) &&
    isInside(at.width, at.outWidth, at.strideX, at.kernelWidth, at.padLeft)
  );
}

// One window that is the whole picture.
function isWhole(at: NativeConvShape): boolean {
  return (
    at.kernelHeight === at.height &&
    at.kernelWidth === at.width &&
    at.outHeight * at.outWidth === 1 &&
    at.padTop + at.padLeft === 0
  );
}

/** Pools and their gradients. */
export const poolKernels: readonly HotKernel[] = [
  pool(MaxPool, 'max'),
  pool(AvgPool, 'average'),
  poolGradient(MaxPoolGrad, 'max'),
  poolGradient(AvgPoolGrad, 'average'),
];
