import {checkBoolean} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';
import {checkEntries, copyFloats} from '../core/memory.ts';
import {checkOptions} from '../core/options.ts';
import {shapeText} from '../core/shape.ts';
import {callNative} from '../core/status.ts';
import type {NativeEpilogue, NativeMatMulShape} from '../native/addon.ts';
import {native} from '../native/load.ts';
import {checkEpilogue, epilogueKeys, type EpilogueOptions} from './epilogue.ts';
import {
  checkOpenSignal,
  checkPlanOptions,
  copyEpilogue,
  newTensor,
  planKeys,
  type PlanOptions,
  runInBackground,
  type SignalOptions,
} from './layer.ts';
import {Plan} from './plan.ts';
import {
  checkTensor,
  checkTensorOfRank,
  checkTensorShape,
  type Shape,
  type Shape2D,
  type Tensor,
  type Tensor2D,
  tensorText,
} from './tensor.ts';

/** Options of {@link planMatMul}. Bias and slopes are one value per column of the result. */
export interface PlanMatMulOptions extends EpilogueOptions, PlanOptions {
  /** Whether `b` is `[columns, depth]`. Default false. */
  transposeB?: boolean | undefined;
}

/** Options of {@link matMul}. Bias and slopes are one value per column of the result. */
export interface MatMulOptions extends EpilogueOptions {
  /** Whether `a` is `[..., depth, rows]`. Default false. */
  transposeA?: boolean | undefined;
  /** Whether `b` is `[..., columns, depth]`. Default false. */
  transposeB?: boolean | undefined;
}

const keys = ['transposeA', 'transposeB', ...epilogueKeys] as const;

/**
 * Product of matrices, with bias and activation in the same pass.
 *
 * @param a `[..., rows, depth]`
 * @param b `[..., depth, columns]`; what stands before the last two axes is as in `a`, or one of the two has one matrix alone
 * @returns `[..., rows, columns]`
 * @throws {DenseCrfError} naming the argument that is wrong
 *
 * @example
 * const y = matMul(x, weights, {transposeB: true, bias, activation: 'relu'});
 */
export function matMul(a: Tensor2D, b: Tensor2D, options?: MatMulOptions): Tensor2D;
export function matMul(a: Tensor, b: Tensor, options?: MatMulOptions): Tensor;
export function matMul(a: Tensor, b: Tensor, options: MatMulOptions = {}): Tensor {
  checkOptions('the options of matMul', options, keys);
  const {shape, epilogue, resultShape} = checkProduct(a, b, options);
  const result = newTensor(resultShape);
  callNative(() => native().matMul(shape, a.data, b.data, epilogue, result.data));
  return result;
}

/** {@link matMul} on a thread of its own, on copies of its arguments. */
export function matMulAsync(a: Tensor2D, b: Tensor2D, options?: MatMulOptions & SignalOptions): Promise<Tensor2D>;
export function matMulAsync(a: Tensor, b: Tensor, options?: MatMulOptions & SignalOptions): Promise<Tensor>;
export async function matMulAsync(a: Tensor, b: Tensor, options: MatMulOptions & SignalOptions = {}): Promise<Tensor> {
  checkOptions('the options of matMulAsync', options, [...keys, 'signal']);
  const {shape, epilogue, resultShape} = checkProduct(a, b, options);
  const {signal} = checkOpenSignal(options);
  const result = newTensor(resultShape);
  const own = [copyFloats(a.data), copyFloats(b.data), copyEpilogue(epilogue)] as const;
  await runInBackground(() => native().matMulJob(shape, ...own, result.data), signal);
  return result;
}

/**
 * Prepares a {@link matMul} by one matrix `b`, `[depth, columns]`; its plan runs on `a`. The arrays are copied.
 *
 * @param aShape `[rows, depth]`
 */
export function planMatMul(aShape: Shape2D, b: Tensor2D, options: PlanMatMulOptions = {}): Plan<Shape2D> {
  checkOptions('the options of planMatMul', options, ['transposeB', ...epilogueKeys, ...planKeys]);
  checkTensorShape('aShape', aShape, 2);
  const {data} = checkTensor('b', b, 2);
  const {shape, epilogue} = checkShapes(aShape, b.shape, options);
  const {rows, depth, columns} = shape;
  return new Plan<Shape2D>({
    native: {op: 'matMul', shape, filter: data, epilogue, ...checkPlanOptions(options)},
    inputName: 'a',
    inputShape: [rows, depth],
    outputShape: [rows, columns],
  });
}

interface Product {
  shape: NativeMatMulShape;
  epilogue: NativeEpilogue;
  resultShape: Shape;
}

function checkProduct(a: Tensor, b: Tensor, options: MatMulOptions): Product {
  return checkShapes(checkTensorOfRank('a', a, 2).shape, checkTensorOfRank('b', b, 2).shape, options);
}

function checkShapes(a: Shape, b: Shape, options: MatMulOptions): Product {
  const transposeLeft = checkBoolean('transposeA', options.transposeA ?? false);
  const transposeRight = checkBoolean('transposeB', options.transposeB ?? false);
  const [rows, depth] = lastTwo(a, transposeLeft);
  const [bDepth, columns] = lastTwo(b, transposeRight);
  if (depth !== bDepth) {
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected b to have ${depth} rows, as many as ${tensorText('a', a)} has columns${turned(transposeLeft, transposeRight)}, ` +
        `but received one with ${bDepth}, of shape ${shapeText(b)}`,
    );
  }
  const {batch, batchShape, oneLeft, oneRight} = checkBatches(a, b);
  const resultShape = [...batchShape, rows, columns];
  checkEntries('the result', resultShape);
  const epilogue = checkEpilogue(options, columns, `the columns of ${tensorText('b', b)}`);
  return {
    shape: {rows, depth, columns, batch, transposeLeft, transposeRight, oneLeft, oneRight},
    epilogue,
    resultShape,
  };
}

function lastTwo(shape: Shape, transposed: boolean): [number, number] {
  const [first = 1, second = 1] = shape.slice(-2);
  return transposed ? [second, first] : [first, second];
}

function turned(left: boolean, right: boolean): string {
  if (!left && !right) return '';
  const names = [...(left ? ['transposeA'] : []), ...(right ? ['transposeB'] : [])];
  return `, with ${names.join(' and ')}`;
}

function checkBatches(a: Shape, b: Shape): {batch: number; batchShape: Shape; oneLeft: boolean; oneRight: boolean} {
  const [aBatch, bBatch] = [a.slice(0, -2), b.slice(0, -2)];
  const [left, right] = [aBatch, bBatch].map(sizes => sizes.reduce((product, size) => product * size, 1));
  const rank = Math.max(aBatch.length, bBatch.length);
  const padded = [aBatch, bBatch].map(sizes => [...new Array<number>(rank - sizes.length).fill(1), ...sizes]);
  const batchShape = (padded[0] ?? []).map((size, axis) => Math.max(size, padded[1]?.[axis] ?? 1));
  const batch = batchShape.reduce((product, size) => product * size, 1);
  const [oneLeft, oneRight] = [left === 1 && batch > 1, right === 1 && batch > 1];
  if ((oneLeft || left === batch) && (oneRight || right === batch)) return {batch, batchShape, oneLeft, oneRight};
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected b to have as many matrices as ${tensorText('a', a)}, or either to have one, but received b of shape ${shapeText(b)}`,
  );
}
