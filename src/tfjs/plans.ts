// Layers with their weights packed, kept for as long as the filter that they were made of.
import {makeNativePlan} from '../ops/plan.ts';
import type {Layer} from '../ops/layer.ts';
import type {Shape} from '../ops/tensor.ts';
import type {NativePlan} from '../native/addon.ts';
import {native} from '../native/load.ts';
import type {TensorInfo} from './core.ts';
import type {Optional} from './kernels/kernel.ts';

/** A layer that is ready to run, and the shape of its result. */
export interface PackedLayer {
  plan: NativePlan;
  shape: Shape;
}

interface Entry {
  key: string;
  vectors: readonly (object | undefined)[];
  /** Algorithm and scratch were chosen for so many. */
  threads: number;
  layer: PackedLayer;
}

// A model that is run on pictures of ever new sizes packs anew rather than hoard.
const MAX_PLANS_PER_FILTER = 4;

const plansOfFilter = new WeakMap<object, Entry[]>();

/**
 * The plan of a layer, made when it is first asked for, and anew when the number of threads has changed.
 *
 * @param filter whose values are packed; tensors never change, so its `dataId` stands for them
 * @param key everything else but tensors that the plan depends on: kernel, shapes, attributes
 * @param vectors other tensors that the plan was made of, such as the bias
 * @param layerOf describes the layer; called only where there is no plan yet
 */
export function planFor(
  filter: TensorInfo,
  key: string,
  vectors: readonly Optional<TensorInfo>[],
  layerOf: () => Layer<Shape>,
): PackedLayer {
  const threads = native().concurrency();
  // All of a filter's were chosen for the same number.
  if (plansOfFilter.get(filter.dataId)?.[0]?.threads !== threads) dropPlans(filter.dataId);
  const entries = plansOfFilter.get(filter.dataId) ?? [];
  const found = entries.findIndex(entry => entry.key === key && isMadeOf(entry, vectors));
  const entry = entries[found] ?? {
    key,
    vectors: vectors.map(vector => vector?.dataId),
    threads,
    layer: pack(layerOf()),
  };
  if (found === 0) return entry.layer;
  // The one used last comes first.
  if (found > 0) entries.splice(found, 1);
  entries.unshift(entry);
  entries.splice(MAX_PLANS_PER_FILTER).forEach(({layer}) => layer.plan.dispose());
  plansOfFilter.set(filter.dataId, entries);
  return entry.layer;
}

/** Whether plans were made of a filter. */
export function hasPlans(dataId: object): boolean {
  return plansOfFilter.has(dataId);
}

/** Frees the plans that were made of a filter. Call it when its data is disposed. */
export function dropPlans(dataId: object): void {
  plansOfFilter.get(dataId)?.forEach(({layer}) => layer.plan.dispose());
  plansOfFilter.delete(dataId);
}

function isMadeOf(entry: Entry, vectors: readonly Optional<TensorInfo>[]): boolean {
  return vectors.every((vector, i) => vector?.dataId === entry.vectors[i]);
}

function pack(layer: Layer<Shape>): PackedLayer {
  return {plan: makeNativePlan(layer), shape: layer.outputShape};
}
