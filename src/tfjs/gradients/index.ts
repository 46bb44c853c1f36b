import {mendDepthwiseLayer} from '../layers/depthwise-conv2d.ts';
import {unregisterBackprops} from './backprop.ts';
import {mendFusedGradients} from './fused.ts';
import {mendRegisteredGradients} from './registered.ts';

let restoreAll: (() => void) | undefined;

/**
 * Mends what TensorFlow.js lacks or gets wrong of atrous convolutions, on every backend:
 *
 * - Gradients with dilations above 1, at which it throws, of `tf.conv2d`, `tf.depthwiseConv2d`, `tf.separableConv2d`,
 *   `tf.conv1d`, `tf.fused.conv2d` and `tf.fused.depthwiseConv2d`, computed natively. With them, layers with a
 *   `dilationRate` train with `fit`.
 * - Gradients of undilated convolutions for which a backend has no kernel, such as those of the wasm backend.
 * - `tf.layers.depthwiseConv2d` ignores its `dilationRate`; afterwards all such layers respect it.
 *
 * Calling it again changes nothing.
 *
 * @returns makes TensorFlow.js what it was; may be called more than once
 * @throws {DenseCrfError} `ERR_MISSING_DEPENDENCY` if TensorFlow.js has no gradients yet: its core comes without, and
 * `@tensorflow/tfjs-layers`, like `@tensorflow/tfjs`, brings them
 *
 * @example
 * const restore = enableAtrousTraining();
 * await model.fit(x, y);
 * restore();
 */
export function enableAtrousTraining(): () => void {
  restoreAll ??= mend();
  return restoreAll;
}

function mend(): () => void {
  const restores = [mendRegisteredGradients(), mendFusedGradients(), mendDepthwiseLayer(), unregisterBackprops];
  const restore = (): void => {
    if (restoreAll !== restore) return;
    restoreAll = undefined;
    for (const put of restores) put();
  };
  return restore;
}
