// What the types of TensorFlow.js leave open, checked.
import * as tf from '@tensorflow/tfjs-core';
import {expectation} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {shapeText} from '../../core/shape.ts';

/**
 * A tensor of four axes.
 *
 * @throws {DenseCrfError} `ERR_INVALID_TYPE` if it is none, `ERR_INVALID_SHAPE` if it has other axes
 */
export function asTensor4D(name: string, value: unknown): tf.Tensor4D {
  const tensor = asTensor(name, value);
  if (isTensor4D(tensor)) return tensor;
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected ${name} to have four axes but received shape ${shapeText(tensor.shape)}`,
  );
}

/** Any tensor. */
export function asTensor(name: string, value: unknown): tf.Tensor {
  if (isTensor(value)) return value;
  throw expectation('ERR_INVALID_TYPE', name, 'a tensor', value);
}

// Not `instanceof Tensor` alone, which narrows to a tensor of any type.
function isTensor(value: unknown): value is tf.Tensor {
  return value instanceof tf.Tensor;
}

function isTensor4D(value: tf.Tensor): value is tf.Tensor4D {
  return value.shape.length === 4;
}
