import {callNative} from '../../core/status.ts';
import type {NativeUnaryOp} from '../../native/addon.ts';
import {native} from '../../native/load.ts';
import {Abs, Elu, LeakyRelu, Neg, Relu, Relu6, Rsqrt, Sigmoid, Sqrt, Square, Step, type TensorInfo} from '../core.ts';
import {areFloats, type HotKernel, hotKernel} from './kernel.ts';

interface Attrs {
  /** Of LeakyRelu and Step. */
  alpha?: number;
}

function unary(kernelName: string, op: NativeUnaryOp): HotKernel {
  return hotKernel<{x: TensorInfo}, Attrs>({
    kernelName,
    accepts: ({x}) => areFloats(x),
    run(storage, {x}, {alpha = 0}) {
      const y = storage.make(x.shape, 'float32');
      callNative(() => native().unary(op, alpha, storage.floats(x), storage.floats(y)));
      return y;
    },
  });
}

/** Functions of one number. */
export const unaryKernels: readonly HotKernel[] = [
  unary(Relu, 'relu'),
  unary(Relu6, 'relu6'),
  unary(Elu, 'elu'),
  unary(Sigmoid, 'sigmoid'),
  unary(LeakyRelu, 'leakyrelu'),
  unary(Step, 'step'),
  unary(Square, 'square'),
  unary(Sqrt, 'sqrt'),
  unary(Rsqrt, 'rsqrt'),
  unary(Neg, 'negate'),
  unary(Abs, 'absolute'),
];
