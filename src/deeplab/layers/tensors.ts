// What goes into a layer and comes out of it, checked.
import type {Tensor, Tensor1D, Tensor4D} from '@tensorflow/tfjs-core';
import {type layers, type LayerVariable, type Shape, SymbolicTensor} from '@tensorflow/tfjs-layers';
import {expectation} from '../../core/checks.ts';
import {asTensor, asTensor4D} from '../blocks/tensors.ts';

/** A layer's one input. */
export function onlyTensor(inputs: Tensor | Tensor[]): Tensor4D {
  return asTensor4D('the input', Array.isArray(inputs) ? inputs[0] : inputs);
}

/** A layer's two inputs. */
export function twoTensors(name: string, inputs: Tensor | Tensor[]): [Tensor4D, Tensor4D] {
  if (!Array.isArray(inputs) || inputs.length !== 2)
    throw expectation('ERR_INVALID_SHAPE', `the input of ${name}`, 'two tensors', inputs);
  return [asTensor4D('the first input', inputs[0]), asTensor4D('the second input', inputs[1])];
}

/** The shape of a layer's one input, `[batch, height, width, channels]`. */
export function onlyShape(
  name: string,
  shape: Shape | Shape[],
): [batch: number | null, height: number | null, width: number | null, channels: number] {
  const [batch = null, height = null, width = null, channels = null, ...more] = shape;
  if (isSize(batch) && isSize(height) && isSize(width) && typeof channels === 'number' && more.length === 0) {
    return [batch, height, width, channels];
  }
  throw expectation(
    'ERR_INVALID_SHAPE',
    `the input of ${name}`,
    'of shape [batch, height, width, channels] with known channels',
    shape,
  );
}

/** The shapes of a layer's two inputs. */
export function twoShapes(name: string, shapes: Shape | Shape[]): [Shape, Shape] {
  const [first, second] = shapes;
  if (Array.isArray(first) && Array.isArray(second)) return [first, second];
  throw expectation('ERR_INVALID_SHAPE', `the input of ${name}`, 'two tensors', shapes);
}

/** The weights that `build` made. */
export function read4D(variable: LayerVariable | undefined): Tensor4D {
  return asTensor4D('the weights', variable?.read());
}

export function read1D(variable: LayerVariable | undefined): Tensor1D {
  const tensor = asTensor('the weights', variable?.read());
  if (is1D(tensor)) return tensor;
  throw expectation('ERR_INVALID_SHAPE', 'the weights', 'of one axis', tensor.shape);
}

/** Applies a layer to one symbolic tensor or several. */
export function link(layer: layers.Layer, inputs: SymbolicTensor | SymbolicTensor[]): SymbolicTensor {
  const output = layer.apply(inputs);
  if (output instanceof SymbolicTensor) return output;
  throw expectation('ERR_INVALID_TYPE', `the output of ${layer.name}`, 'one symbolic tensor', output);
}

function isSize(size: unknown): size is number | null {
  return size === null || typeof size === 'number';
}

function is1D(tensor: Tensor): tensor is Tensor1D {
  return tensor.shape.length === 1;
}
