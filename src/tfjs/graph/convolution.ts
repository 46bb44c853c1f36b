// A convolution of a graph, whichever of its four ops it is.
import type {Graph} from './graph.ts';
import {
  type Attr,
  hasControl,
  isFloat,
  type NodeDef,
  numberAttr,
  numbersAttr,
  numbersValue,
  stringAttr,
  stringsAttr,
  stringsValue,
  stringValue,
} from './node-def.ts';
import type {Constant} from './weights.ts';

/** Two axes: vertical, horizontal. */
export type Pair = readonly [number, number];

/** Before and after, on two axes. */
export type Sides = readonly [Pair, Pair];

/** What the fused ops of a graph can do after a convolution, by the op that does it alone. */
const activations = {
  Relu: 'relu',
  Relu6: 'relu6',
  Elu: 'elu',
  Sigmoid: 'sigmoid',
  LeakyRelu: 'leakyrelu',
} as const;

export type Activation = 'linear' | (typeof activations)[keyof typeof activations];

/** `activation(conv(x, filter) + bias)`, channels last. */
export interface Convolution {
  readonly depthwise: boolean;
  /** The input that names its x. */
  readonly x: string;
  readonly filter: Constant;
  readonly bias: Constant | undefined;
  readonly activation: Activation;
  readonly leakyreluAlpha: number;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pad: 'same' | 'valid' | Sides;
}

const ops = new Map([
  ['Conv2D', {depthwise: false, fused: false}],
  ['_FusedConv2D', {depthwise: false, fused: true}],
  ['DepthwiseConv2dNative', {depthwise: true, fused: false}],
  ['FusedDepthwiseConv2dNative', {depthwise: true, fused: true}],
]);

/** The convolution that a node computes; undefined for other nodes, and for all that is not proven to be understood. */
export function convolutionOf(graph: Graph, node: NodeDef | undefined): Convolution | undefined {
  if (node === undefined || hasControl(node) || !isFloat(node)) return undefined;
  const kind = ops.get(node.op);
  const [x, filterInput, ...args] = node.input ?? [];
  const filter = graph.constant(filterInput);
  if (kind === undefined || x === undefined || filter?.dtype !== 'float32' || filter.shape.length !== 4)
    return undefined;
  const geometry = geometryOf(node);
  const epilogue = kind.fused ? epilogueOf(graph, node, args, channelsOf(filter, kind.depthwise)) : plain;
  if (geometry === undefined || epilogue === undefined || (!kind.fused && args.length > 0)) return undefined;
  // tfjs does not hand the slope on to a depthwise convolution.
  if (kind.depthwise && epilogue.activation === 'leakyrelu') return undefined;
  return {depthwise: kind.depthwise, x, filter, ...geometry, ...epilogue};
}

/** The node of that name that computes a convolution, with the plainest op that can; the bias is entered where one must be. */
export function convolutionNode(graph: Graph, name: string, convolution: Convolution): NodeDef {
  const {depthwise, x, filter, activation, leakyreluAlpha} = convolution;
  const attr = geometryAttr(convolution);
  if (convolution.bias === undefined && activation === 'linear')
    return {name, op: depthwise ? 'DepthwiseConv2dNative' : 'Conv2D', input: [x, filter.name], attr};
  // Without a bias, tfjs takes the first fused op for the bias and forgets the activation.
  const channels = outChannels(convolution);
  const bias = convolution.bias?.name ?? graph.addConstant(`${name}/bias`, new Float32Array(channels), [channels]);
  return {
    name,
    op: depthwise ? 'FusedDepthwiseConv2dNative' : '_FusedConv2D',
    input: [x, filter.name, bias],
    attr: {
      ...attr,
      num_args: {i: '1'},
      fused_ops: stringsValue(['BiasAdd', ...Object.keys(activations).filter(op => activationOf(op) === activation)]),
      ...(activation === 'leakyrelu' ? {leakyrelu_alpha: {f: leakyreluAlpha}} : {}),
    },
  };
}

/** The activation that an op computes alone. */
export function activationOf(op: string): Activation | undefined {
  return Object.entries(activations).find(([name]) => name === op)?.[1];
}

/** Output channels: the filter's last axis, or, of a depthwise one, its last two. */
export function outChannels({filter, depthwise}: Pick<Convolution, 'filter' | 'depthwise'>): number {
  return channelsOf(filter, depthwise);
}

/** Whether it makes each pixel of one pixel, and all of them. */
export function isPointwise({depthwise, filter, strides, pad}: Convolution): boolean {
  const plain = typeof pad === 'string' || pad.flat().every(side => side === 0);
  return !depthwise && String(filter.shape.slice(0, 2)) === '1,1' && String(strides) === '1,1' && plain;
}

/** Attributes of ops of ours that say what follows the sums; their names begin with `prefix`. */
export function epilogueAttr(prefix: string, {bias, activation, leakyreluAlpha}: Epilogue): Record<string, Attr> {
  return {
    [`${prefix}bias`]: {b: bias !== undefined},
    [`${prefix}activation`]: stringValue(activation),
    [`${prefix}leakyrelu_alpha`]: {f: leakyreluAlpha},
  };
}

/** Rows and columns of zeros around the input, where the stride is 1. */
export function paddingOf({pad, filter, dilations}: Convolution): Sides {
  if (typeof pad !== 'string') return pad;
  const along = (axis: 0 | 1): Pair => {
    const total = pad === 'valid' ? 0 : ((filter.shape[axis] ?? 1) - 1) * dilations[axis];
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  return [along(0), along(1)];
}

/**
 * The same convolution with other padding, by its shortest name; undefined where that would be negative, or explicit and
 * depthwise, which the backend `tensorflow` refuses.
 */
export function withPadding(convolution: Convolution, sides: Sides): Convolution | undefined {
  if (sides.flat().some(side => side < 0)) return undefined;
  const names = String(convolution.strides) === '1,1' ? (['valid', 'same'] as const) : (['valid'] as const);
  const pad = names.find(name => String(paddingOf({...convolution, pad: name})) === String(sides));
  if (pad === undefined && convolution.depthwise) return undefined;
  return {...convolution, pad: pad ?? sides};
}

type Geometry = Pick<Convolution, 'strides' | 'dilations' | 'pad'>;
type Epilogue = Pick<Convolution, 'bias' | 'activation' | 'leakyreluAlpha'>;

const plain: Epilogue = {bias: undefined, activation: 'linear', leakyreluAlpha: 0};

function geometryOf(node: NodeDef): Geometry | undefined {
  if (stringAttr(node, 'data_format', 'nhwc') !== 'nhwc') return undefined;
  const strides = spatial(numbersAttr(node, 'strides', []));
  const dilations = spatial(numbersAttr(node, 'dilations', [1, 1, 1, 1]));
  const pad = padOf(node);
  return strides && dilations && pad ? {strides, dilations, pad} : undefined;
}

function padOf(node: NodeDef): Convolution['pad'] | undefined {
  const pad = stringAttr(node, 'padding', '');
  if (pad === 'same' || pad === 'valid') return pad;
  const sides = numbersAttr(node, 'explicit_paddings', []);
  if (pad !== 'explicit' || sides.length !== 8) return undefined;
  const [n0, n1, top = 0, bottom = 0, left = 0, right = 0, c0, c1] = sides;
  return [n0, n1, c0, c1].every(side => side === 0)
    ? [
        [top, bottom],
        [left, right],
      ]
    : undefined;
}

/** Attributes that say where the window stands. */
export function geometryAttr({strides, dilations, pad}: Geometry): Record<string, Attr> {
  const attr = {
    T: {type: 'DT_FLOAT'},
    data_format: stringValue('NHWC'),
    strides: numbersValue([1, ...strides, 1]),
    dilations: numbersValue([1, ...dilations, 1]),
  };
  if (typeof pad === 'string') return {...attr, padding: stringValue(pad.toUpperCase())};
  return {...attr, padding: stringValue('EXPLICIT'), explicit_paddings: numbersValue([0, 0, ...pad.flat(), 0, 0])};
}

function epilogueOf(graph: Graph, node: NodeDef, args: readonly string[], channels: number): Epilogue | undefined {
  const [first, word, ...more] = stringsAttr(node, 'fused_ops');
  const activation = word === undefined ? 'linear' : Object.values(activations).find(known => known === word);
  const bias = graph.constant(args[0]);
  if (first !== 'biasadd' || activation === undefined || more.length > 0 || args.length !== 1) return undefined;
  if (bias?.dtype !== 'float32' || String(bias.shape) !== String([channels])) return undefined;
  return {bias, activation, leakyreluAlpha: numberAttr(node, 'leakyrelu_alpha', 0.2)};
}

/** The middle two of four values, where the outer ones are 1. */
function spatial([batch, vertical, horizontal, channels]: readonly number[]): Pair | undefined {
  if (batch !== 1 || channels !== 1 || vertical === undefined || horizontal === undefined) return undefined;
  return [vertical, horizontal];
}

function channelsOf({shape}: Constant, depthwise: boolean): number {
  return (shape[3] ?? 0) * (depthwise ? (shape[2] ?? 0) : 1);
}
