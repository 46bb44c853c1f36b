import {callNative} from '../../core/status.ts';
import {native} from '../../native/load.ts';
import {_FusedMatMul, BatchMatMul, type TensorInfo} from '../core.ts';
import {acceptsEpilogue, type EpilogueAttrs, type EpilogueInputs, epilogueOf} from './epilogue.ts';
import {areFloats, type HotKernel, hotKernel} from './kernel.ts';

interface Inputs extends EpilogueInputs {
  a: TensorInfo;
  b: TensorInfo;
}

interface Attrs extends EpilogueAttrs {
  transposeA: boolean;
  transposeB: boolean;
}

interface Matrices {
  count: number;
  rows: number;
  columns: number;
}

function matricesOf({shape}: TensorInfo, transposed: boolean): Matrices {
  const [first = 1, second = 1] = shape.slice(-2);
  const count = shape.length === 3 ? (shape[0] ?? 1) : 1;
  return transposed ? {count, rows: second, columns: first} : {count, rows: first, columns: second};
}

function areMatrices({shape}: TensorInfo): boolean {
  return shape.length === 2 || shape.length === 3;
}

/** Products of matrices, or of tensors of rank 3 of which either may hold one matrix for all of the other's. */
function matMul(kernelName: string): HotKernel {
  return hotKernel<Inputs, Attrs>({
    kernelName,
    accepts(inputs, attrs) {
      const {a, b, bias, preluActivationWeights} = inputs;
      return (
        areFloats(a, b, bias, preluActivationWeights) &&
        areMatrices(a) &&
        areMatrices(b) &&
        acceptsEpilogue(inputs, attrs, matricesOf(b, attrs.transposeB).columns)
      );
    },
    run(storage, inputs, attrs) {
      const {a, b} = inputs;
      const {transposeA: transposeLeft, transposeB: transposeRight} = attrs;
      const [left, right] = [matricesOf(a, transposeLeft), matricesOf(b, transposeRight)];
      const {rows, columns: depth} = left;
      const {columns} = right;
      const batch = Math.max(left.count, right.count);
      const isOne = a.shape.length === 2 && b.shape.length === 2;
      const y = storage.make(isOne ? [rows, columns] : [batch, rows, columns], 'float32');
      const [oneLeft, oneRight] = [left.count < batch, right.count < batch];
      const shape = {rows, depth, columns, batch, transposeLeft, transposeRight, oneLeft, oneRight};
      const epilogue = epilogueOf(storage, inputs, attrs, columns);
      callNative(() => native().matMul(shape, storage.floats(a), storage.floats(b), epilogue, storage.floats(y)));
      return y;
    },
  });
}

export const matMulKernels: readonly HotKernel[] = [matMul(BatchMatMul), matMul(_FusedMatMul)];
