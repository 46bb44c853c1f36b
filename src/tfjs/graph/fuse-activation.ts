import {activationOf, convolutionNode, convolutionOf} from './convolution.ts';
import type {Graph} from './graph.ts';
import {hasControl, isFloat, type NodeDef, numberAttr} from './node-def.ts';

/** Relu, Relu6, Elu, Sigmoid or LeakyRelu behind a convolution: done by the convolution. */
export function fuseActivation(graph: Graph, node: NodeDef): NodeDef | undefined {
  const activation = activationOf(node.op);
  if (activation === undefined || hasControl(node) || !isFloat(node)) return undefined;
  const convolution = convolutionOf(graph, graph.privateProducer(node.input?.[0]));
  if (convolution?.activation !== 'linear') return undefined;
  // tfjs does not hand the slope on to a depthwise convolution.
  if (activation === 'leakyrelu' && convolution.depthwise) return undefined;
  return convolutionNode(graph, node.name, {
    ...convolution,
    activation,
    leakyreluAlpha: numberAttr(node, 'alpha', 0.2),
  });
}
