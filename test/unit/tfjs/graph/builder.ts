// Small graph models for tests, and how their rewritten form compares with the original.
import '@tensorflow/tfjs-backend-cpu';
import {type GraphModel, loadGraphModel as load} from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import type {ExecutionContext} from 'ava';
import {
  loadGraphModel,
  type LoadGraphModelOptions,
  type RewrittenGraphModel,
} from '../../../../src/tfjs/load-graph-model.ts';
import type {Attr, NodeDef} from '../../../../src/tfjs/graph/node-def.ts';

export {Random} from '../../ops/oracle.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Attributes as model.json writes them: text, numbers, lists of integers or of texts. */
export function attrs(
  values: Record<string, string | boolean | number | readonly (number | string)[]>,
): Record<string, Attr> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, attr(value)]));
}

function attr(value: string | boolean | number | readonly (number | string)[]): Attr {
  if (typeof value === 'string') return {s: base64(value)};
  if (typeof value === 'boolean') return {b: value};
  if (typeof value === 'number') return {f: value};
  const texts = value.filter(item => typeof item === 'string');
  return {list: texts.length > 0 ? {s: texts.map(base64)} : {i: value.map(String)}};
}

/** A model that grows node by node. */
export class Builder {
  readonly nodes: NodeDef[] = [];
  readonly specs: tf.io.WeightsManifestEntry[] = [];
  readonly bytes: Uint8Array[] = [];

  input(name: string, shape: readonly number[], type = 'DT_FLOAT'): string {
    const dim = shape.map(size => ({size: String(size)}));
    this.nodes.push({name, op: 'Placeholder', attr: {dtype: {type}, shape: {shape: {dim}}}});
    return name;
  }

  node(op: string, name: string, input: readonly string[], values: Parameters<typeof attrs>[0] = {}): string {
    this.nodes.push({name, op, input, attr: {T: {type: 'DT_FLOAT'}, ...attrs(values)}});
    return name;
  }

  constant(name: string, values: Float32Array | Int32Array, shape: readonly number[]): string {
    const dtype = values instanceof Float32Array ? 'float32' : 'int32';
    this.weight({name, shape: [...shape], dtype}, values);
    return name;
  }

  /** A constant of any kind: quantised ones too. */
  weight(spec: tf.io.WeightsManifestEntry, values: ArrayBufferView): string {
    this.nodes.push({name: spec.name, op: 'Const', attr: {}});
    this.specs.push(spec);
    this.bytes.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice());
    return spec.name;
  }

  integers(name: string, ...values: number[]): string {
    return this.constant(name, Int32Array.from(values), [values.length]);
  }

  pairs(name: string, ...values: number[]): string {
    return this.constant(name, Int32Array.from(values), [values.length / 2, 2]);
  }

  artifacts(more: Partial<tf.io.ModelArtifacts> = {}): tf.io.ModelArtifacts {
    return {
      modelTopology: {node: structuredClone(this.nodes), versions: {producer: 1}},
      weightSpecs: this.specs,
      weightData: Uint8Array.from(Buffer.concat(this.bytes)).buffer,
      ...more,
    };
  }
}

/** Loads a model twice: by tfjs, and rewritten. */
export async function both(
  artifacts: tf.io.ModelArtifacts,
  options: LoadGraphModelOptions = {},
): Promise<[GraphModel, RewrittenGraphModel]> {
  const original = await load({load: () => Promise.resolve(structuredClone(artifacts))});
  return [original, await loadGraphModel(artifacts, options)];
}

/** Checks that two models give the same for `x` at these nodes, or at their outputs. */
export function same(
  t: ExecutionContext,
  [original, rewritten]: readonly [GraphModel, GraphModel],
  x: tf.Tensor,
  text: string,
  outputs = original.outputNodes,
): void {
  const [a, b] = [original.execute(x, outputs), rewritten.execute(x, outputs)];
  const [left, right] = [a, b].map(ys => (Array.isArray(ys) ? ys : [ys]));
  t.is(right!.length, left!.length, text);
  for (const [i, y] of left!.entries()) {
    t.deepEqual(right![i]!.shape, y.shape, text);
    const worst = tf.tidy(() => {
      const scale = tf.maximum(1, tf.max(tf.abs(y)));
      return tf.div(tf.max(tf.abs(tf.sub(y, right![i]!))), scale).dataSync()[0]!;
    });
    t.true(worst <= 1e-5, `${text}: output ${i} differs by ${worst}`);
  }
  tf.dispose([a, b]);
}

/** Builds, loads, compares and frees. Gives the report. */
export async function check(
  t: ExecutionContext,
  builder: Builder,
  x: tf.Tensor,
  text: string,
  options: LoadGraphModelOptions = {},
  outputs?: string[],
): Promise<RewrittenGraphModel['report']> {
  const models = await both(builder.artifacts(), options);
  same(t, models, x, text, outputs);
  models.forEach(model => model.dispose());
  x.dispose();
  return models[1].report;
}
