// The gradients of tf.conv2d and tf.depthwiseConv2d, and with them of tf.conv1d and tf.separableConv2d.
import {DenseCrfError} from '../../core/errors.ts';
import type {ConvKind} from '../../ops/conv-layers.ts';
import {
  Conv2D,
  DepthwiseConv2dNative,
  getGradient,
  type GradConfig,
  registerGradient,
  type Tensor,
  unregisterGradient,
} from '../core.ts';
import {backpropFilter, backpropInput, needsBackprop} from './backprop.ts';

const kernels: readonly (readonly [ConvKind, string])[] = [
  ['conv2d', Conv2D],
  ['depthwise', DepthwiseConv2dNative],
];

/**
 * Registers gradients that know dilations, in front of those that are registered.
 *
 * @returns puts those back
 */
export function mendRegisteredGradients(): () => void {
  const before = kernels.map(([kind, name]) => {
    const gradient = checkRegistered(getGradient(name));
    replace(mended(kind, gradient));
    return gradient;
  });
  return () => before.forEach(replace);
}

function mended(kind: ConvKind, gradient: GradConfig): GradConfig {
  return {
    ...gradient,
    gradFunc: (dy, saved, attrs) => {
      if (!needsBackprop(kind, attrs)) return gradient.gradFunc(dy, saved, attrs);
      const [[dyOne], [x, filter]] = [[dy].flat(), saved];
      if (!dyOne || !x || !filter)
        throw new Error(`tfjs-core has saved other tensors than x and filter for its ${kind}`);
      return {
        x: (): Tensor => backpropInput(kind, x.shape, dyOne, filter, attrs),
        filter: (): Tensor => backpropFilter(kind, x, dyOne, filter.shape, attrs),
      };
    },
  };
}

// tfjs-core alone comes without gradients; they are registered by tfjs-layers, which brings them, or by tfjs as a whole.
function checkRegistered(gradient: GradConfig | undefined): GradConfig {
  if (gradient) return gradient;
  throw new DenseCrfError(
    'ERR_MISSING_DEPENDENCY',
    "Expected TensorFlow.js to have its gradients but found none: import '@tensorflow/tfjs-layers' or '@tensorflow/tfjs' first",
  );
}

// Registering over another one warns in tfjs-core's debug mode.
function replace(gradient: GradConfig): void {
  unregisterGradient(gradient.kernelName);
  registerGradient(gradient);
}
