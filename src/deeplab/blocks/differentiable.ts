// A convolution with bias and activation in one pass, and its gradients, dilated or not: TensorFlow.js's own throw for
// dilation rates above 1, and are missing from its wasm backend.
import * as tf from '@tensorflow/tfjs-core';
import {backpropFilter, backpropInput} from '../../tfjs/gradients/backprop.ts';
import type {Activation} from './activation.ts';
import {asTensor} from './tensors.ts';

/** How a convolution is laid out, with all defaults. */
export interface Layout {
  readonly strides: number;
  readonly rate: number;
  readonly pad: 'same' | 'valid';
  readonly bias: tf.Tensor1D | undefined;
  readonly activation: Activation;
}

/** Convolves and keeps what the gradients need. */
export function convolve(
  kind: 'conv2d' | 'depthwise',
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  {strides, rate, pad, bias, activation}: Layout,
): tf.Tensor4D {
  const attrs = {strides, pad, dilations: rate, dataFormat: 'NHWC'};
  const forward = kind === 'conv2d' ? tf.fused.conv2d : tf.fused.depthwiseConv2d;
  const layout = {x, filter, strides, pad, dilations: rate, activation};
  const run = tf.customGrad((...args) => {
    const y = forward(bias ? {...layout, bias} : layout);
    const save = args.at(-1);
    if (typeof save === 'function') save([x, filter, y]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [input, weights, output] = saved.map(tensor => asTensor('saved', tensor));
      if (!input || !weights || !output) throw new TypeError('three tensors were saved');
      const through = beforeActivation(dy, output, activation);
      return [
        backpropInput(kind, input.shape, through, weights, attrs),
        backpropFilter(kind, input, through, weights.shape, attrs),
        ...(bias ? [tf.sum(through, [0, 1, 2])] : []),
      ];
    };
    return {value: y, gradFunc};
  });
  return bias ? run(x, filter, bias) : run(x, filter);
}

/** What of the gradient comes through the activation. */
function beforeActivation(dy: tf.Tensor, y: tf.Tensor, activation: Activation): tf.Tensor {
  if (activation === 'linear') return dy;
  const passed = tf.step(y);
  return tf.mul(dy, activation === 'relu' ? passed : tf.mul(passed, tf.step(tf.sub(6, y))));
}
