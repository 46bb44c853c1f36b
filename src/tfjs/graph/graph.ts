import {type GraphDef, hasControl, type NodeDef, parseRef} from './node-def.ts';
import type {Constant, Weights} from './weights.ts';

/**
 * A graph under rewriting. It changes in one way only: a node gives way to another that computes the same under the same
 * name, and what nobody asks for any more goes. Each step therefore has to prove nothing but its own equation.
 */
export class Graph {
  readonly weights: Weights;
  readonly #nodes: Map<string, NodeDef>;
  readonly #consumers = new Map<string, NodeDef[]>();
  readonly #kept: ReadonlySet<string>;
  readonly #own = new Set<string>();

  /** @param kept names of nodes that are wanted from outside; those that no other node consumes are so too */
  constructor(graph: GraphDef, weights: Weights, kept: Iterable<string>) {
    this.weights = weights;
    this.#nodes = new Map(graph.node.map(node => [node.name, node]));
    for (const node of graph.node) this.#connect(node);
    const ends = graph.node.filter(node => !this.#consumers.has(node.name)).map(node => node.name);
    this.#kept = new Set([...kept, ...ends]);
  }

  /** All nodes, in the order of the file. */
  get nodes(): readonly NodeDef[] {
    return [...this.#nodes.values()];
  }

  /** Whether the graph still has this very node. */
  has(node: NodeDef): boolean {
    return this.#nodes.get(node.name) === node;
  }

  /** The node whose first output an input names; undefined for any other output and for control inputs. */
  producer(input: string | undefined): NodeDef | undefined {
    if (input === undefined) return undefined;
    const {node, index, control} = parseRef(input);
    return index === 0 && !control ? this.#nodes.get(node) : undefined;
  }

  /** The same, where nobody but one consumer sees the node: it can vanish. */
  privateProducer(input: string | undefined): NodeDef | undefined {
    const node = this.producer(input);
    if (node === undefined || this.#kept.has(node.name)) return undefined;
    const consumers = this.#consumers.get(node.name) ?? [];
    return consumers.length === 1 && edges(consumers[0], node.name) === 1 ? node : undefined;
  }

  /** The constant that an input names, by itself or by way of Identity nodes. */
  constant(input: string | undefined): Constant | undefined {
    const node = this.producer(input);
    if (node === undefined || hasControl(node)) return undefined;
    if (node.op === 'Identity') return this.constant(node.input?.[0]);
    return node.op === 'Const' ? this.weights.find(node.name) : undefined;
  }

  /** Enters a constant of floats; gives its name, which begins with `name`. */
  addConstant(name: string, values: Float32Array, shape: readonly number[]): string {
    const free = this.#freeName(name);
    this.weights.add(free, values, shape);
    this.#own.add(free);
    const tensorShape = {dim: shape.map(size => ({size: String(size)}))};
    const attr = {value: {tensor: {dtype: 'DT_FLOAT', tensorShape}}, dtype: {type: 'DT_FLOAT'}};
    this.#nodes.set(free, {name: free, op: 'Const', attr});
    return free;
  }

  /** Enters a node that others of a replacement read; gives its name, which begins with that of `node`. */
  add(node: NodeDef): string {
    const name = this.#freeName(node.name);
    const named = {...node, name};
    this.#nodes.set(name, named);
    this.#connect(named);
    return name;
  }

  /** Whether a constant was entered by rewriting. */
  isOwn(name: string): boolean {
    return this.#own.has(name);
  }

  /** Puts a node into the place of the one of the same name, and drops what was there for the old one alone. */
  replace(node: NodeDef): void {
    const old = this.#nodes.get(node.name);
    this.#nodes.set(node.name, node);
    this.#connect(node);
    if (old !== undefined) this.#disconnect(old);
  }

  #freeName(name: string): string {
    let free = name;
    for (let i = 1; this.#nodes.has(free) || this.weights.find(free) !== undefined; ++i) free = `${name}_${i}`;
    return free;
  }

  #connect(node: NodeDef): void {
    for (const name of sources(node)) {
      const consumers = this.#consumers.get(name);
      if (consumers === undefined) this.#consumers.set(name, [node]);
      else consumers.push(node);
    }
  }

  #disconnect(node: NodeDef): void {
    for (const name of sources(node)) {
      const left = (this.#consumers.get(name) ?? []).filter(consumer => consumer !== node);
      this.#consumers.set(name, left);
      const source = this.#nodes.get(name);
      if (source === undefined || left.length > 0 || this.#kept.has(name) || source.op.startsWith('Placeholder'))
        continue;
      this.#nodes.delete(name);
      this.#disconnect(source);
    }
  }
}

function sources(node: NodeDef): Set<string> {
  return new Set((node.input ?? []).map(input => parseRef(input).node));
}

function edges(node: NodeDef | undefined, source: string): number {
  return (node?.input ?? []).filter(input => parseRef(input).node === source).length;
}
