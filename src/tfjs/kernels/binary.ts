import {callNative} from '../../core/status.ts';
import type {NativeBinaryOp} from '../../native/addon.ts';
import {native} from '../../native/load.ts';
import {Add, Maximum, Minimum, Multiply, Prelu, RealDiv, SquaredDifference, Sub, type TensorInfo} from '../core.ts';
import type {Storage} from '../storage/storage.ts';
import {broadcastOf} from './broadcast.ts';
import {areFloats, type HotKernel, hotKernel} from './kernel.ts';

interface Inputs {
  a: TensorInfo;
  b: TensorInfo;
}

function run(op: NativeBinaryOp, storage: Storage, {a, b}: Inputs): TensorInfo {
  const {shape, layout} = broadcastOf(a.shape, b.shape);
  if (layout === undefined) throw new TypeError('Expected tensors that broadcast over at most 4 axes');
  const y = storage.make(shape, 'float32');
  callNative(() => native().binary(op, layout, storage.floats(a), storage.floats(b), storage.floats(y)));
  return y;
}

function accepts({a, b}: Inputs): boolean {
  return areFloats(a, b) && broadcastOf(a.shape, b.shape).layout !== undefined;
}

function binary(kernelName: string, op: NativeBinaryOp): HotKernel {
  return hotKernel<Inputs, unknown>({kernelName, accepts, run: (storage, inputs) => run(op, storage, inputs)});
}

const prelu = hotKernel<{x: TensorInfo; alpha: TensorInfo}, unknown>({
  kernelName: Prelu,
  accepts: ({x, alpha}) => accepts({a: x, b: alpha}),
  run: (storage, {x, alpha}) => run('prelu', storage, {a: x, b: alpha}),
});

/** Functions of two numbers, with broadcasting. */
export const binaryKernels: readonly HotKernel[] = [
  binary(Add, 'add'),
  binary(Sub, 'subtract'),
  binary(Multiply, 'multiply'),
  binary(RealDiv, 'divide'),
  binary(Maximum, 'maximum'),
  binary(Minimum, 'minimum'),
  binary(SquaredDifference, 'squaredDifference'),
  prelu,
];
