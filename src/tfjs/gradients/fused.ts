// The gradients of tf.fused.conv2d and tf.fused.depthwiseConv2d.
import type {ConvKind} from '../../ops/conv-layers.ts';
import {
  backend_util,
  type customGrad,
  engine,
  FusedConv2D,
  FusedDepthwiseConv2D,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  type Tensor,
} from '../core.ts';
import {backpropFilter, backpropInput, needsBackprop} from './backprop.ts';
import {wrapMethod} from './wrap-method.ts';

/** A function that brings its own gradient. */
type Differentiable = Parameters<typeof customGrad>[0];
type RunKernel = [name: string, inputs: NamedTensorMap, attrs?: NamedAttrMap];

/** The scopes in which tfjs-core runs the two operators. */
const kinds: ReadonlyMap<string | undefined, ConvKind> = new Map([
  ['fusedConv2d__op', 'conv2d'],
  ['fusedDepthwiseConv2d__op', 'depthwise'],
]);
const kernels: ReadonlySet<string> = new Set([FusedConv2D, FusedDepthwiseConv2D]);

/**
 * Gives the fused operators a gradient where dilations are above 1.
 *
 * With another activation than 'linear' they run conv2d, add and the activation while a gradient is taken, and the
 * registered gradients serve. With 'linear', which is what `tf.layers.conv2d` calls, they hand `customGrad` a function
 * whose gradient throws; no registration comes in between, and a new `tf.fused.conv2d` would reach neither who has taken
 * the function out of the namespace before nor the converter, which has it by another path. All of them meet in the one
 * engine, so its customGrad is where the gradient is exchanged, for calls from those two operators alone; its runKernel
 * tells the attributes, which are nowhere else to be seen.
 *
 * @returns puts both methods of the engine back
 */
export function mendFusedGradients(): () => void {
  const core = engine();
  let last: NamedAttrMap | undefined;
  const takeLast = (): NamedAttrMap | undefined => {
    const attrs = last;
    last = undefined;
    return attrs;
  };
  const restoreRunKernel = wrapMethod<RunKernel>(core, 'runKernel', (runKernel, self, ...args) => {
    const [name, , attrs] = args;
    if (kernels.has(name)) last = attrs;
    return runKernel(self, ...args);
  });
  const restoreCustomGrad = wrapMethod<[Differentiable]>(core, 'customGrad', (custom, self, f) => {
    const kind = kinds.get(scopeName(core.state));
    if (kind === undefined) return custom(self, f);
    const mended: Differentiable = (...inputs) => {
      takeLast();
      const {value, gradFunc} = f(...inputs);
      const attrs = takeLast();
      return {value, gradFunc: attrs && needsBackprop(kind, attrs) ? gradientOf(kind, attrs) : gradFunc};
    };
    return custom(self, mended);
  });
  return () => {
    restoreCustomGrad();
    restoreRunKernel();
  };
}

// The activation is 'linear': with any other a fused operator that runs as one has no gradient.
function gradientOf(kind: ConvKind, attrs: NamedAttrMap): (dy: Tensor, saved: Tensor[]) => Tensor[] {
  return (dy, [filter, x, y, bias]) => {
    if (!filter || !x || !y) throw new Error(`tfjs-core has saved other tensors than filter, x and y for its ${kind}`);
    const dy4d = reshape(dy, y.shape);
    const gradients = [
      backpropInput(kind, x.shape, dy4d, filter, attrs),
      backpropFilter(kind, x, dy4d, filter.shape, attrs),
    ];
    return bias ? [...gradients, backend_util.getFusedBiasGradient(bias, dy4d)] : gradients;
  };
}

// In no scope at all, tfjs-core has null in its place.
function scopeName({activeScope}: {activeScope: {name: string} | null}): string | undefined {
  return activeScope?.name;
}
