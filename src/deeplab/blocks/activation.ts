import * as tf from '@tensorflow/tfjs-core';

/** What the result of a convolution goes through. */
export type Activation = (typeof ACTIVATIONS)[number];

export const ACTIVATIONS = ['linear', 'relu', 'relu6'] as const;

export function activate<T extends tf.Tensor>(x: T, activation: Activation): T {
  if (activation === 'linear') return x;
  return activation === 'relu' ? tf.relu(x) : tf.relu6(x);
}
