// Where the result of an operator without a plan goes.
import {checkArray, checkLength} from '../core/arrays.ts';
import {DenseCrfError} from '../core/errors.ts';
import {shapeText} from '../core/shape.ts';
import {newTensor} from './layer.ts';
import {type Shape, type Tensor, tensorText} from './tensor.ts';

/** An option of operators that are called again and again with one shape. */
export interface OutputOptions {
  /** Receives the result, of exactly its length. Default: a new array. It must not share memory with the input. */
  output?: Float32Array | undefined;
}

/** The result, not computed yet: a given `output` that fits, or a new array. */
export function resultIn<S extends Shape>(
  shape: S,
  {output}: OutputOptions,
  inputName: string,
  input: Tensor,
): Tensor<S> {
  if (output === undefined) return newTensor(shape);
  const length = shape.reduce((product, size) => product * size, 1);
  checkLength('output', checkArray('output', output, 'Float32Array'), length, `for shape ${shapeText(shape)}`);
  if (overlap(input.data, output)) throw overlapError(inputName, input.shape, shape);
  return {data: output, shape};
}

/** Do two arrays share memory? */
export function overlap(a: Float32Array, b: Float32Array): boolean {
  return (
    a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength
  );
}

/** What is wrong with an `output` that shares memory with the input. */
export function overlapError(inputName: string, input: Shape, output: Shape): DenseCrfError {
  return new DenseCrfError(
    'ERR_OVERLAP',
    `Expected output to share no memory with ${inputName} but received overlapping ranges of one ArrayBuffer for ` +
      `${tensorText('output', output)} and ${tensorText(inputName, input)}`,
  );
}
