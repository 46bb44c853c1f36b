// In a graph, weights are constants with names of the converter's making. The convolution that uses one says what it is.
import {field} from './manifest.ts';
import type {NamedWeights, Weights} from './named-weights.ts';

const KERNELS: Readonly<Record<string, string>> = {
  Conv2D: 'kernel',
  _FusedConv2D: 'kernel',
  DepthwiseConv2dNative: 'depthwise_kernel',
  FusedDepthwiseConv2dNative: 'depthwise_kernel',
};

/** The weights of a graph's convolutions under the names of their operators: `NAME/kernel`, `NAME/bias`. */
export function operatorWeights(topology: unknown, weights: NamedWeights): [string, Weights][] {
  const nodes: unknown = field(topology, 'node');
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown) => {
    const [name, op, input] = ['name', 'op', 'input'].map(key => field(node, key));
    const kernel = KERNELS[String(op)];
    if (kernel === undefined) return [];
    const [filter, bias] = ['1', '2'].map(index => field(input, index));
    return [
      ...renamed(weights, filter, `${String(name)}/${kernel}`),
      ...renamed(weights, bias, `${String(name)}/bias`),
    ];
  });
}

function renamed(weights: NamedWeights, input: unknown, name: string): [string, Weights][] {
  const found = typeof input === 'string' ? weights.get(input) : undefined;
  return found ? [[name, found]] : [];
}
