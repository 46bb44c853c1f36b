// What is added to a 1x1 or separable convolution, as the shortcut of a residual block is, and the activation behind the sum.
import {AddConv2D} from '../kernels/add-conv2d.ts';
import {SeparableConv2D} from '../kernels/separable-conv2d.ts';
import {activationOf, type Convolution, convolutionOf, epilogueAttr, geometryAttr, isPointwise} from './convolution.ts';
import type {Graph} from './graph.ts';
import {hasControl, isFloat, type NodeDef, numberAttr, stringAttr, stringValue} from './node-def.ts';

/** Add or AddV2 behind a 1x1 or separable convolution, or an activation behind these: done by the convolution. */
export function fuseAdd(graph: Graph, node: NodeDef): NodeDef | undefined {
  if (hasControl(node) || !isFloat(node)) return undefined;
  return ['Add', 'AddV2'].includes(node.op) ? withAddend(graph, node) : withActivation(graph, node);
}

/** The node of a 1x1 convolution with an addend. */
export function addConvolutionNode(name: string, convolution: Convolution, addend: string): NodeDef {
  const {x, filter, bias} = convolution;
  const attr = {...geometryAttr({...convolution, pad: 'valid'}), ...epilogueAttr('', convolution), addend: {b: true}};
  return {name, op: AddConv2D, input: [x, filter.name, ...(bias === undefined ? [] : [bias.name]), addend], attr};
}

function withAddend(graph: Graph, {name, input: [a, b, ...more] = []}: NodeDef): NodeDef | undefined {
  if (a === undefined || b === undefined || more.length > 0) return undefined;
  return added(graph, name, a, b) ?? added(graph, name, b, a);
}

/** The linear convolution that is one operand, with the other as its addend. Shapes are looked at when it runs. */
function added(graph: Graph, name: string, input: string, addend: string): NodeDef | undefined {
  const producer = graph.privateProducer(input);
  if (producer?.op === SeparableConv2D && isLinear(producer) && producer.attr?.addend === undefined)
    return {...producer, name, input: [...(producer.input ?? []), addend], attr: {...producer.attr, addend: {b: true}}};
  const convolution = convolutionOf(graph, producer);
  const fits = convolution !== undefined && isPointwise(convolution) && convolution.activation === 'linear';
  return fits ? addConvolutionNode(name, convolution, addend) : undefined;
}

function withActivation(graph: Graph, node: NodeDef): NodeDef | undefined {
  const activation = activationOf(node.op);
  const producer = activation === undefined ? undefined : graph.privateProducer(node.input?.[0]);
  if (activation === undefined || producer?.attr?.addend?.b !== true || !isLinear(producer)) return undefined;
  const leakyreluAlpha = numberAttr(node, 'alpha', 0.2);
  const attr = {...producer.attr, activation: stringValue(activation), leakyrelu_alpha: {f: leakyreluAlpha}};
  return {...producer, name: node.name, attr};
}

function isLinear(node: NodeDef): boolean {
  return stringAttr(node, 'activation', '') === 'linear';
}
