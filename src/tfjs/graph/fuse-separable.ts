import {SeparableConv2D} from '../kernels/separable-conv2d.ts';
import {convolutionOf, epilogueAttr, geometryAttr, isPointwise} from './convolution.ts';
import type {Graph} from './graph.ts';
import type {NodeDef} from './node-def.ts';

/** A depthwise convolution and the 1x1 convolution behind it: one op, which never stores whole what lies between. */
export function fuseSeparable(graph: Graph, node: NodeDef): NodeDef | undefined {
  const pointwise = convolutionOf(graph, node);
  if (pointwise === undefined || !isPointwise(pointwise)) return undefined;
  const depthwise = convolutionOf(graph, graph.privateProducer(pointwise.x));
  if (depthwise?.depthwise !== true || typeof depthwise.pad !== 'string') return undefined;
  const biases = [depthwise.bias, pointwise.bias].flatMap(bias => (bias === undefined ? [] : [bias.name]));
  return {
    name: node.name,
    op: SeparableConv2D,
    input: [depthwise.x, depthwise.filter.name, pointwise.filter.name, ...biases],
    attr: {...geometryAttr(depthwise), ...epilogueAttr('depthwise_', depthwise), ...epilogueAttr('', pointwise)},
  };
}
