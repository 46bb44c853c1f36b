import type {GraphModel} from '@tensorflow/tfjs-converter';
import {isObject} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';
import {checkOptions} from '../core/options.ts';
import {checkGraphDef, type NodeDef, parseRef} from './graph/node-def.ts';
import {signatureOutputs} from './graph/signature.ts';
import {AddConv2D} from './kernels/add-conv2d.ts';
import {SeparableConv2D} from './kernels/separable-conv2d.ts';

/** What {@link logitsOf} reads of a `tf.GraphModel`. */
export type ScoredGraph = Pick<GraphModel, 'weights'>;

/** Where the scores of a segmentation graph are; the names go to `model.execute`. */
export interface LogitsNode {
  /** The scores as high and wide as the label map, `[batch, height, width, labels]`: its greatest channels are the labels. */
  readonly name: string;
  /** Whether these are logits, or probabilities, because a softmax is before the last resizing. */
  readonly kind: 'logits' | 'probabilities';
  /** The logits before any resizing or softmax, at the network's own stride; often the same node. */
  readonly low: string;
  /** The node that makes labels of the scores; undefined where the graph ends in scores. */
  readonly argMax: string | undefined;
  /** How many labels there are, where the graph tells. */
  readonly labels: number | undefined;
}

// What may stand between the label map and the model's output, and what between scores and label map.
const afterLabels = [
  'Identity',
  'Squeeze',
  'ExpandDims',
  'Cast',
  'Reshape',
  'Slice',
  'StridedSlice',
  'ResizeNearestNeighbor',
];
const resizers = ['ResizeBilinear', 'ResizeNearestNeighbor'];
const passing = ['Identity', 'Slice', 'StridedSlice', 'Softmax', ...resizers];
const convolutions = new Map([
  ['Conv2D', 1],
  ['_FusedConv2D', 1],
  ['BiasAdd', 1],
  ['Add', 1],
  ['AddV2', 1],
  [AddConv2D, 1],
  [SeparableConv2D, 2],
]);

/**
 * Finds the tensor in front of the ArgMax of a segmentation graph, so that a published model that ends in a label map can be
 * refined. Where a graph ends in scores, it is the largest of them.
 *
 * @param model of `tf.loadGraphModel` or of this package
 * @param options `output`: the output to look behind, by the name of its node, where a model has several
 * @throws {DenseCrfError} `ERR_INVALID_TYPE` if the model has no such tensor, or several; the message says what it ends in
 *
 * @example
 * const {name} = logitsOf(model);
 * const logits = model.execute(picture, name);
 */
export function logitsOf(model: ScoredGraph, options: {output?: string | undefined} = {}): LogitsNode {
  checkOptions('the options of logitsOf', options, ['output']);
  const graph = new Outputs(model);
  const outputs = graph.outputs(options.output);
  const found = outputs.flatMap(output => graph.behind(output) ?? []);
  const labelled = found.filter(({argMax}) => argMax !== undefined);
  const candidates = graph.furthest(labelled.length > 0 ? labelled : found);
  const [only, ...more] = candidates;
  if (only !== undefined && more.length === 0) return only;
  const ends = outputs.map(({name, op}) => `${name} (${op})`).join(', ');
  const received =
    only === undefined
      ? `one that ends in ${ends}`
      : `several: ${candidates.map(({name}) => name).join(', ')}; name one as output`;
  throw new DenseCrfError(
    'ERR_INVALID_TYPE',
    `Expected model to end in one map of labels or of scores but received ${received}`,
  );
}

/** The end of a graph, seen from its outputs. */
class Outputs {
  readonly #nodes: ReadonlyMap<string, NodeDef>;
  readonly #ends: readonly string[];
  readonly #weights: GraphModel['weights'];

  constructor(model: ScoredGraph) {
    const artifacts = artifactsOf(model);
    const topology = isObject(artifacts) && 'modelTopology' in artifacts ? artifacts.modelTopology : undefined;
    const {node} = checkGraphDef(topology);
    this.#nodes = new Map(node.map(each => [each.name, each]));
    const consumed = new Set(node.flatMap(({input = []}) => input.map(text => parseRef(text).node)));
    const named = isObject(artifacts) ? signatureOutputs(artifacts) : [];
    this.#ends = named.length > 0 ? named : node.filter(({name}) => !consumed.has(name)).map(({name}) => name);
    this.#weights = model.weights;
  }

  /** The nodes that are outputs, or the one of this name. */
  outputs(name: string | undefined): NodeDef[] {
    const nodes = (name === undefined ? this.#ends : [name]).flatMap(end => this.#nodes.get(parseRef(end).node) ?? []);
    if (name === undefined || nodes.length > 0) return nodes.filter(({op}) => op !== 'Const');
    throw new DenseCrfError('ERR_OUT_OF_RANGE', `Expected output to be a node of the graph but received '${name}'`);
  }

  /** The scores behind an output; undefined where there are none to recognise. */
  behind(output: NodeDef): LogitsNode | undefined {
    const argMax = this.#up(output, afterLabels);
    if (argMax?.op !== 'ArgMax') return this.#scores(output, undefined);
    const axis = this.#weights[parseRef(argMax.input?.[1] ?? '').node]?.[0]?.dataSync()[0];
    return axis === 3 || axis === -1 ? this.#scores(this.#producer(argMax), argMax.name) : undefined;
  }

  /** Without those that another one is a resized form of. */
  furthest(found: readonly LogitsNode[]): LogitsNode[] {
    const distinct = found.filter(({name}, i) => found.findIndex(other => other.name === name) === i);
    return distinct.filter(
      ({name, low}) => !distinct.some(other => other.name !== name && other.low === low && name === low),
    );
  }

  #scores(node: NodeDef | undefined, argMax: string | undefined): LogitsNode | undefined {
    // The greatest channel is the same before a softmax.
    const top = this.#up(node, ['Identity', 'Softmax']);
    const low = this.#up(top, passing);
    const labels = this.#channels(low);
    if (top === undefined || low === undefined || (argMax === undefined && labels === undefined)) return undefined;
    const kind = this.#passes(top, low, 'Softmax') ? 'probabilities' : 'logits';
    return {name: top.name, kind, low: low.name, argMax, labels};
  }

  /** The nearest node upwards that is none of these ops. */
  #up(node: NodeDef | undefined, ops: readonly string[]): NodeDef | undefined {
    return node !== undefined && ops.includes(node.op) ? this.#up(this.#producer(node), ops) : node;
  }

  #passes(from: NodeDef | undefined, to: NodeDef, op: string): boolean {
    if (from === undefined || from === to) return false;
    return from.op === op || this.#passes(this.#producer(from), to, op);
  }

  #producer({input = []}: NodeDef): NodeDef | undefined {
    return this.#nodes.get(parseRef(input[0] ?? '').node);
  }

  /** Channels of a convolution or of what adds a bias to one. */
  #channels(node: NodeDef | undefined): number | undefined {
    const operand = node && convolutions.get(node.op);
    if (operand === undefined) return undefined;
    const shape = this.#weights[parseRef(node?.input?.[operand] ?? '').node]?.[0]?.shape;
    return shape?.at(-1);
  }
}

// A private property, for want of a public one: what the model was loaded from.
function artifactsOf(model: object): unknown {
  const {artifacts}: {artifacts?: unknown} = model;
  return artifacts;
}
