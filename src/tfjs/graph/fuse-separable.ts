import {SeparableConv2D} from '../kernels/separable-conv2d.ts';
import {type Convolution, convolutionNode, convolutionOf} from './convolution.ts';
import type {Graph} from './graph.ts';
import {type Attr, type NodeDef, stringValue} from './node-def.ts';

/** A depthwise convolution and the 1x1 convolution behind it: one op, which never stores whole what lies between. */
export function fuseSeparable(graph: Graph, node: NodeDef): NodeDef | undefined {
  const pointwise = convolutionOf(graph, node);
  if (pointwise === undefined || !isPointwise(pointwise)) return undefined;
  const depthwise = convolutionOf(graph, graph.privateProducer(pointwise.x));
  if (depthwise?.depthwise !== true || typeof depthwise.pad !== 'string') return undefined;
  const {attr} = convolutionNode(graph, node.name, {...depthwise, bias: undefined, activation: 'linear'});
  const biases = [depthwise.bias, pointwise.bias].flatMap(bias => (bias === undefined ? [] : [bias.name]));
  return {
    name: node.name,
    op: SeparableConv2D,
    input: [depthwise.x, depthwise.filter.name, pointwise.filter.name, ...biases],
    attr: {...attr, ...epilogue('depthwise_', depthwise), ...epilogue('', pointwise)},
  };
}

function isPointwise({depthwise, filter, strides, pad}: Convolution): boolean {
  const plain = typeof pad === 'string' || pad.flat().every(side => side === 0);
  return !depthwise && String(filter.shape.slice(0, 2)) === '1,1' && String(strides) === '1,1' && plain;
}

function epilogue(prefix: string, {bias, activation, leakyreluAlpha}: Convolution): Record<string, Attr> {
  return {
    [`${prefix}bias`]: {b: bias !== undefined},
    [`${prefix}activation`]: stringValue(activation),
    [`${prefix}leakyrelu_alpha`]: {f: leakyreluAlpha},
  };
}
