import {checkOptions} from '../core/options.ts';
import {shapeText} from '../core/shape.ts';
import {callNative} from '../core/status.ts';
import type {NativeConvShape} from '../native/addon.ts';
import {native} from '../native/load.ts';
import {checkOutputGradient, toNativeShape} from './conv-layers.ts';
import {newTensor} from './layer.ts';
import {type OutputOptions, resultIn} from './output.ts';
import {checkTensor, checkTensorShape, type Shape4D, type Tensor4D, tensorText} from './tensor.ts';
import {checkPair, type Pair, windowKeys, windowOf, type WindowOptions} from './window.ts';

/** Options of pools' gradients. */
export type PoolGradOptions = WindowOptions;

/** Options of pools. */
export interface PoolOptions extends WindowOptions, OutputOptions {}

const poolKeys = [...windowKeys, 'output'] as const;

/**
 * The greatest value of every window, channel by channel. Padding takes no part.
 *
 * @param x `[batch, height, width, channels]`
 * @param filterSize of the window: a number, or `[height, width]`
 * @returns `[batch, outHeight, outWidth, channels]`
 * @throws {DenseCrfError} naming the argument that is wrong
 *
 * @example
 * const y = maxPool(x, 3, {strides: 2, pad: 'same'});
 */
export function maxPool(x: Tensor4D, filterSize: Pair, options: PoolOptions = {}): Tensor4D {
  checkOptions('the options of maxPool', options, poolKeys);
  return pool('max', x, filterSize, options);
}

/**
 * The mean of every window, channel by channel. Padding takes no part, neither in sums nor in counts.
 *
 * @param x `[batch, height, width, channels]`
 * @param filterSize of the window: a number, or `[height, width]`
 * @returns `[batch, outHeight, outWidth, channels]`
 * @throws {DenseCrfError} naming the argument that is wrong
 */
export function avgPool(x: Tensor4D, filterSize: Pair, options: PoolOptions = {}): Tensor4D {
  checkOptions('the options of avgPool', options, poolKeys);
  return pool('average', x, filterSize, options);
}

/**
 * The mean of every channel over the whole picture.
 *
 * @param x `[batch, height, width, channels]`
 * @returns `[batch, 1, 1, channels]`
 * @throws {DenseCrfError} naming the argument that is wrong
 */
export function globalAvgPool(x: Tensor4D): Tensor4D {
  const {data, shape} = checkTensor('x', x, 4);
  const [batch, , , channels] = shape;
  const result = newTensor<Shape4D>([batch, 1, 1, channels]);
  callNative(() => native().globalAveragePool(data, ...shape, result.data));
  return result;
}

/**
 * The gradient of {@link maxPool} by its input: each window's goes to its first greatest value.
 *
 * @param x the input
 * @param dy gradient of the output, of the output's shape
 * @param filterSize as of the pool, and `options` too
 * @returns the shape of `x`
 * @throws {DenseCrfError} naming the argument that is wrong
 */
export function maxPoolGrad(x: Tensor4D, dy: Tensor4D, filterSize: Pair, options: PoolGradOptions = {}): Tensor4D {
  checkOptions('the options of maxPoolGrad', options, windowKeys);
  const {data, shape} = checkTensor('x', x, 4);
  return gradient('max', shape, data, dy, filterSize, options);
}

/**
 * The gradient of {@link avgPool} by its input.
 *
 * @param xShape shape of the input
 * @param dy gradient of the output, of the output's shape
 * @param filterSize as of the pool, and `options` too
 * @returns `xShape`
 * @throws {DenseCrfError} naming the argument that is wrong
 */
export function avgPoolGrad(xShape: Shape4D, dy: Tensor4D, filterSize: Pair, options: PoolGradOptions = {}): Tensor4D {
  checkOptions('the options of avgPoolGrad', options, windowKeys);
  return gradient('average', checkTensorShape('xShape', xShape, 4), null, dy, filterSize, options);
}

type Op = 'max' | 'average';

function pool(op: Op, x: Tensor4D, filterSize: Pair, options: PoolOptions): Tensor4D {
  const {data, shape} = checkTensor('x', x, 4);
  const {native: at, y} = poolGeometry(shape, filterSize, options);
  const result = resultIn(y, options, 'x', x);
  callNative(() => native().pool(op, at, data, result.data));
  return result;
}

function gradient(
  op: Op,
  xShape: Shape4D,
  x: Float32Array | null,
  dy: Tensor4D,
  filterSize: Pair,
  options: PoolGradOptions,
): Tensor4D {
  const {native: at, y, kernelText} = poolGeometry(xShape, filterSize, options);
  const {data} = checkOutputGradient(dy, y, `${tensorText('x', xShape)} and ${kernelText}`);
  const [batch, height, width, channels] = xShape;
  const result = newTensor<Shape4D>([batch, height, width, channels]);
  callNative(() => native().poolGradient(op, at, x, data, result.data));
  return result;
}

function poolGeometry(
  x: Shape4D,
  filterSize: Pair,
  options: WindowOptions,
): {native: NativeConvShape; y: Shape4D; kernelText: string} {
  const [, height, width, channels] = x;
  const kernel = checkPair('filterSize', filterSize);
  const kernelText = `filterSize ${shapeText(kernel)}`;
  const window = windowOf(
    {height, width, text: tensorText('x', x)},
    {height: kernel[0], width: kernel[1], text: kernelText},
    options,
  );
  return {...toNativeShape(x, window, channels), kernelText};
}
