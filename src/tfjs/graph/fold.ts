// What follows a convolution channel by channel, moved into its weights: scale (conv(x) + bias) + offset is a convolution with
// the filter times scale and the bias times scale plus offset. Sums of products are rounded once more or once less by it.
import {type Convolution, convolutionNode, convolutionOf, outChannels} from './convolution.ts';
import type {Graph} from './graph.ts';
import {hasControl, isFloat, type NodeDef, numberAttr, stringAttr} from './node-def.ts';
import type {Constant} from './weights.ts';

/** Values of double precision, one per output channel. */
type Vector = Float64Array;

/** BiasAdd, Add or Sub of a constant behind a convolution: its bias. */
export function foldBias(graph: Graph, node: NodeDef): NodeDef | undefined {
  const found = constantOperand(graph, node, ['BiasAdd', 'Add', 'AddV2', 'Sub']);
  if (found === undefined || stringAttr(node, 'data_format', 'nhwc') !== 'nhwc') return undefined;
  const {convolution, constant, vector} = found;
  const alone = convolution.bias === undefined && node.op !== 'Sub' && constant.shape.length === 1;
  if (alone && constant.shape[0] === vector.length)
    return convolutionNode(graph, node.name, {...convolution, bias: constant});
  return affine(graph, node, convolution, undefined, node.op === 'Sub' ? vector.map(value => -value) : vector);
}

/** Mul by a constant behind a convolution: a factor of its weights. */
export function foldScale(graph: Graph, node: NodeDef): NodeDef | undefined {
  const found = constantOperand(graph, node, ['Mul']);
  return found && affine(graph, node, found.convolution, found.vector, undefined);
}

/** A batch normalisation with constant statistics behind a convolution. */
export function foldBatchNorm(graph: Graph, node: NodeDef): NodeDef | undefined {
  if (!['FusedBatchNorm', 'FusedBatchNormV2', 'FusedBatchNormV3'].includes(node.op)) return undefined;
  if (hasControl(node) || !isFloat(node) || node.attr?.is_training?.b === true) return undefined;
  if (stringAttr(node, 'data_format', 'nhwc') !== 'nhwc') return undefined;
  const [x, ...parameters] = node.input ?? [];
  const convolution = linear(graph, x);
  if (convolution === undefined) return undefined;
  const channels = outChannels(convolution);
  const vectors = parameters.slice(0, 4).map(name => ownVector(graph.constant(name), channels));
  const [gamma, beta, mean, variance] = vectors;
  if (!gamma || !beta || !mean || !variance) return undefined;
  const epsilon = numberAttr(node, 'epsilon', 0.001); // tfjs's default, not TensorFlow's
  const scale = gamma.map((value, c) => value / Math.sqrt((variance[c] ?? 0) + epsilon));
  return affine(
    graph,
    node,
    convolution,
    scale,
    beta.map((value, c) => value - (mean[c] ?? 0) * (scale[c] ?? 0)),
  );
}

interface Operand {
  readonly convolution: Convolution;
  readonly constant: Constant;
  readonly vector: Vector;
}

/** The convolution and the constant that an operator of two joins, the constant second, or first where that is the same. */
function constantOperand(graph: Graph, node: NodeDef, ops: readonly string[]): Operand | undefined {
  if (!ops.includes(node.op) || hasControl(node) || !isFloat(node) || node.input?.length !== 2) return undefined;
  const [a, b] = node.input;
  const orders =
    node.op === 'BiasAdd' || node.op === 'Sub'
      ? [[a, b]]
      : [
          [a, b],
          [b, a],
        ];
  for (const [x, other] of orders) {
    const [convolution, constant] = [linear(graph, x), graph.constant(other)];
    const vector = convolution && perChannel(constant, outChannels(convolution));
    if (convolution && constant && vector) return {convolution, constant, vector};
  }
  return undefined;
}

function linear(graph: Graph, input: string | undefined): Convolution | undefined {
  const convolution = convolutionOf(graph, graph.privateProducer(input));
  return convolution?.activation === 'linear' ? convolution : undefined;
}

/** The node of a convolution with its weights times `scale` and then plus `offset`; undefined where that overflows. */
function affine(
  graph: Graph,
  {name}: NodeDef,
  convolution: Convolution,
  scale: Vector | undefined,
  offset: Vector | undefined,
): NodeDef | undefined {
  const channels = outChannels(convolution);
  const old = convolution.bias === undefined ? undefined : Float64Array.from(convolution.bias.values());
  const bias = Float32Array.from(
    {length: channels},
    (_, c) => (old?.[c] ?? 0) * (scale?.[c] ?? 1) + (offset?.[c] ?? 0),
  );
  const filter = scale && Float32Array.from(convolution.filter.values(), (w, i) => w * (scale[i % channels] ?? 0));
  if (!bias.every(Number.isFinite) || filter?.every(Number.isFinite) === false) return undefined;
  const hasBias = old !== undefined || offset !== undefined;
  return convolutionNode(graph, name, {
    ...convolution,
    filter: filter ? entered(graph, `${name}/filter`, filter, convolution.filter.shape) : convolution.filter,
    bias: hasBias ? entered(graph, `${name}/bias`, bias, [channels]) : undefined,
  });
}

/** A constant that is new to the graph. */
export function entered(graph: Graph, name: string, values: Float32Array, shape: readonly number[]): Constant {
  return {name: graph.addConstant(name, values, shape), dtype: 'float32', shape, values: () => values};
}

/** A constant that broadcasts over all but the last axis of the output, and does not widen it: one value per channel. */
function perChannel(constant: Constant | undefined, channels: number): Vector | undefined {
  if (constant?.dtype !== 'float32' || constant.shape.length > 4) return undefined;
  const last = constant.shape.at(-1) ?? 1;
  if (constant.shape.slice(0, -1).some(size => size !== 1) || (last !== 1 && last !== channels)) return undefined;
  const values = constant.values();
  return Float64Array.from({length: channels}, (_, c) => values[last === 1 ? 0 : c] ?? 0);
}

function ownVector(constant: Constant | undefined, channels: number): Vector | undefined {
  return constant?.shape.length === 1 && constant.shape[0] === channels ? perChannel(constant, channels) : undefined;
}
