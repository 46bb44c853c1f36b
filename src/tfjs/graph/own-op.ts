// What the ops of ours in graphs have in common: natively where the backend has their kernel, else ops of tfjs, which have gradients.
import type {GraphNode} from '@tensorflow/tfjs-converter';
import {checkChoice} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import * as tf from '../core.ts';
import type {HotKernel} from '../kernels/kernel.ts';

const activations = {relu: tf.relu, relu6: tf.relu6, elu: tf.elu, sigmoid: tf.sigmoid} as const;

type Activation = 'linear' | 'leakyrelu' | keyof typeof activations;

/** What follows the sums of a convolution. */
export interface OpEpilogue {
  readonly activation: Activation;
  readonly leakyreluAlpha: number;
}

/** Runs a kernel of ours; undefined where the backend lacks it, where it refuses the arguments, or where a gradient is wanted. */
export function runNatively(kernel: HotKernel, inputs: tf.NamedTensorMap, attrs: object): tf.Tensor | undefined {
  const known: unknown = tf.getKernel(kernel.kernelName, tf.getBackend());
  const isWanted = known !== undefined && tf.engine().state.gradientDepth === 0;
  if (!isWanted || !kernel.accepts(inputs, {...attrs})) return undefined;
  return tf.engine().runKernel<tf.Tensor>(kernel.kernelName, inputs, {...attrs});
}

/**
 * A convolution with this epilogue, by ops of tfjs, between whose sums and activation something may be added.
 *
 * @param convolve the convolution with another epilogue
 */
export function convolveAndAdd(
  convolve: (epilogue: OpEpilogue) => tf.Tensor,
  addend: tf.Tensor | undefined,
  epilogue: OpEpilogue,
): tf.Tensor {
  if (addend === undefined) return convolve(epilogue);
  const {activation, leakyreluAlpha} = epilogue;
  return tf.tidy(() => {
    const sum = tf.add(convolve({activation: 'linear', leakyreluAlpha}), addend);
    if (activation === 'linear') return sum;
    return activation === 'leakyrelu' ? tf.leakyRelu(sum, leakyreluAlpha) : activations[activation](sum);
  });
}

/** Where the window of an op stands. */
export function windowOf({attrs}: GraphNode) {
  return {
    strides: spatial(attrs.strides),
    dilations: spatial(attrs.dilations),
    pad: checkChoice('padding', attrs.padding, ['same', 'valid']),
  };
}

/** The epilogue in the attributes that begin with `prefix`. */
export function epilogueOf({attrs}: GraphNode, prefix = ''): OpEpilogue {
  const name = `${prefix}activation`;
  const activation = checkChoice(name, attrs[name], ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu']);
  return {activation, leakyreluAlpha: Number(attrs[`${prefix}leakyrelu_alpha`])};
}

export function checkPicture(op: string, tensor: tf.Tensor | undefined): tf.Tensor3D | tf.Tensor4D {
  if (tensor !== undefined && isPicture(tensor)) return tensor;
  throw new DenseCrfError('ERR_INVALID_SHAPE', `Expected the first input of ${op} to be a picture`);
}

export function checkFilter(op: string, tensor: tf.Tensor | undefined): tf.Tensor4D {
  if (tensor !== undefined && isFilter(tensor)) return tensor;
  throw new DenseCrfError('ERR_INVALID_SHAPE', `Expected the filters of ${op} to be of rank 4`);
}

function isPicture(tensor: tf.Tensor): tensor is tf.Tensor3D | tf.Tensor4D {
  return tensor.rank === 3 || tensor.rank === 4;
}

function isFilter(tensor: tf.Tensor): tensor is tf.Tensor4D {
  return tensor.rank === 4;
}

function spatial(value: GraphNode['attrs'][string] | undefined): [number, number] {
  const [, vertical, horizontal] = Array.isArray(value) ? value : [];
  return [Number(vertical), Number(horizontal)];
}
