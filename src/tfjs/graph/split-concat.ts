// A 1x1 convolution is linear, and resizing makes weighted means, so that it may come before them:
// conv(concat(resize(p), q)) = conv_q(q) + resize(conv_p(p)), where conv_p and conv_q have the weights of p's and of q's channels.
import {convolutionNode, convolutionOf, isPointwise, outChannels} from './convolution.ts';
import {entered} from './fold.ts';
import {addConvolutionNode} from './fuse-add.ts';
import type {Graph} from './graph.ts';
import {hasControl, isFloat, type NodeDef} from './node-def.ts';
import type {Constant} from './weights.ts';

/** The projection of DeepLab v3's head: the branch of the pooled picture passes it before it is spread over all pixels. */
export function splitConcat(graph: Graph, node: NodeDef): NodeDef | undefined {
  const convolution = convolutionOf(graph, node);
  if (convolution === undefined || !isPointwise(convolution)) return undefined;
  const concat = graph.privateProducer(convolution.x);
  const [first, ...others] = partsOf(graph, concat);
  const resize = graph.privateProducer(first);
  const [, , channels = 0] = convolution.filter.shape;
  const pooled = pooledChannels(graph, resize);
  if (concat === undefined || resize === undefined || pooled === undefined || pooled >= channels) return undefined;
  const [p = '', ...size] = resize.input ?? [];
  const filter = (from: number, to: number): Constant => inputChannels(graph, node.name, convolution.filter, from, to);
  const projection = {...convolution, x: p, filter: filter(0, pooled), bias: undefined, activation: 'linear'} as const;
  const small = graph.add(convolutionNode(graph, `${node.name}/pooled`, projection));
  const spread = graph.add({...resize, name: `${node.name}/resized`, input: [small, ...size]});
  const x = others.length === 1 ? String(others[0]) : graph.add(rest(node, concat, others));
  return addConvolutionNode(node.name, {...convolution, x, filter: filter(pooled, channels)}, spread);
}

/** What a ConcatV2 joins along the channels; nothing of other nodes. */
function partsOf(graph: Graph, concat: NodeDef | undefined): readonly string[] {
  if (concat?.op !== 'ConcatV2' || hasControl(concat) || !isFloat(concat)) return [];
  const axis = graph.constant(concat.input?.at(-1));
  const isLast = axis?.dtype === 'int32' && [3, -1].includes(Number(axis.values()[0]));
  const parts = concat.input?.slice(0, -1) ?? [];
  return isLast && parts.length > 1 ? parts : [];
}

/** The channels of a resized convolution of pooled features, if a node is that. */
function pooledChannels(graph: Graph, resize: NodeDef | undefined): number | undefined {
  if (resize?.op !== 'ResizeBilinear' || hasControl(resize) || !isFloat(resize)) return undefined;
  const branch = convolutionOf(graph, graph.producer(resize.input?.[0]));
  const source = graph.producer(branch?.x)?.op ?? '';
  return branch && ['AvgPool', 'Mean'].includes(source) ? outChannels(branch) : undefined;
}

/** The weights of some of the input channels of a 1x1 filter. */
function inputChannels(graph: Graph, name: string, filter: Constant, from: number, to: number): Constant {
  const [, , , columns = 1] = filter.shape;
  const values = Float32Array.from(filter.values()).slice(from * columns, to * columns);
  return entered(graph, `${name}/filter`, values, [1, 1, to - from, columns]);
}

function rest({name}: NodeDef, concat: NodeDef, parts: readonly string[]): NodeDef {
  const axis = concat.input?.at(-1) ?? '';
  const attr = {...concat.attr, N: {i: String(parts.length)}};
  return {...concat, name: `${name}/others`, input: [...parts, axis], attr};
}
