import type {io} from '../core.ts';
import {isObject} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {nearest} from '../../core/nearest.ts';
import {foldBatchNorm, foldBias, foldScale} from './fold.ts';
import {fuseActivation} from './fuse-activation.ts';
import {fuseAdd} from './fuse-add.ts';
import {fusePadding} from './fuse-padding.ts';
import {fuseSeparable} from './fuse-separable.ts';
import {Graph} from './graph.ts';
import {checkGraphDef, type GraphDef, type NodeDef, parseRef} from './node-def.ts';
import {spaceToBatch} from './space-to-batch.ts';
import {splitConcat} from './split-concat.ts';
import {signatureNodes} from './signature.ts';
import {Weights} from './weights.ts';

/** One step of rewriting: the node that can take the place of another, or undefined where that is not proven. */
type Rule = (graph: Graph, node: NodeDef) => NodeDef | undefined;

const rules = {
  ...{spaceToBatch, foldBias, foldScale, foldBatchNorm, fusePadding, fuseActivation},
  ...{splitConcat, fuseSeparable, fuseAdd},
} as const;

/** What {@link rewriteArtifacts} can do. */
export type RewriteName = keyof typeof rules;

/** The names of all rewrites. */
export const rewriteNames: readonly RewriteName[] = [
  'spaceToBatch',
  'foldBias',
  'foldScale',
  'foldBatchNorm',
  'fusePadding',
  'fuseActivation',
  'splitConcat',
  'fuseSeparable',
  'fuseAdd',
];

/** What became of a graph. */
export interface RewriteReport {
  /** How often each rewrite was made. */
  readonly rewrites: Readonly<Record<RewriteName, number>>;
  /** How many nodes of each op the file has. */
  readonly before: Readonly<Record<string, number>>;
  /** How many are left. */
  readonly after: Readonly<Record<string, number>>;
}

export interface RewriteOptions {
  /** The rewrites that may be made. */
  readonly rewrites: readonly RewriteName[];
  /** Nodes whose values are wanted, beside the outputs. */
  readonly keep: readonly string[];
}

/**
 * Rewrites the graph of a model into one that computes the same with fewer and faster nodes.
 *
 * @throws {DenseCrfError} `ERR_INVALID_FILE` if the artifacts hold no graph or not its weights
 */
export function rewriteArtifacts(
  artifacts: io.ModelArtifacts,
  {rewrites, keep}: RewriteOptions,
): {artifacts: io.ModelArtifacts; report: RewriteReport} {
  const {modelTopology, weightSpecs = [], weightData = new ArrayBuffer(0)} = artifacts;
  const definition = checkGraphDef(modelTopology);
  const weights = new Weights(weightSpecs, weightData);
  const graph = new Graph(definition, weights, [...checkKeep(keep, definition), ...signatureNodes(artifacts)]);
  const counts = rewrite(graph, rewrites);
  const report = {rewrites: counts, before: countOps(definition.node), after: countOps(graph.nodes)};
  if (Object.values(counts).every(count => count === 0)) return {artifacts, report};
  const packed = weights.pack(neededWeights(definition, graph, artifacts));
  return {
    artifacts: {...artifacts, modelTopology: Object.assign({}, modelTopology, {node: graph.nodes}), ...packed},
    report,
  };
}

/** Applies rules until none applies any more: first all that make convolutions larger, then one by one those whose ops are ours. */
function rewrite(graph: Graph, names: readonly RewriteName[]): Record<RewriteName, number> {
  const counts = {
    spaceToBatch: 0,
    foldBias: 0,
    foldScale: 0,
    foldBatchNorm: 0,
    fusePadding: 0,
    fuseActivation: 0,
    splitConcat: 0,
    fuseSeparable: 0,
    fuseAdd: 0,
  };
  const late: readonly RewriteName[] = ['splitConcat', 'fuseSeparable', 'fuseAdd'];
  const first = rewriteNames.filter(name => !late.includes(name));
  for (const stage of [first, ...late.map(name => [name])]) {
    const allowed = stage.filter(name => names.includes(name));
    while (graph.nodes.filter(node => graph.has(node) && step(graph, node, allowed, counts)).length > 0);
  }
  return counts;
}

function step(
  graph: Graph,
  node: NodeDef,
  names: readonly RewriteName[],
  counts: Record<RewriteName, number>,
): boolean {
  return names.some(name => {
    const rule: Rule = rules[name];
    const replacement = rule(graph, node);
    if (replacement === undefined) return false;
    graph.replace(replacement);
    counts[name] += 1;
    return true;
  });
}

/** Which weights the graph needs, or something beside it might. */
function neededWeights(old: GraphDef, graph: Graph, {modelInitializer}: io.ModelArtifacts): (name: string) => boolean {
  const present = new Set(graph.nodes.map(node => node.name));
  const elsewhere = modelInitializer !== undefined || (isObject(old.library) && Object.keys(old.library).length > 0);
  const before = new Set(old.node.map(node => node.name));
  return name => present.has(name) || (elsewhere && !graph.isOwn(name)) || !(before.has(name) || graph.isOwn(name));
}

function checkKeep(keep: readonly string[], {node}: GraphDef): string[] {
  const known = new Set(node.map(({name}) => name));
  return keep.map(text => {
    const name = parseRef(text).node;
    if (known.has(name)) return name;
    const hint = nearest(name, [...known]);
    const question = hint === undefined ? '' : `: did you mean '${hint}'?`;
    throw new DenseCrfError(
      'ERR_OUT_OF_RANGE',
      `Expected keep to name nodes of the graph but received '${text}'${question}`,
    );
  });
}

function countOps(nodes: readonly NodeDef[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const {op} of nodes) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}
