import {type layers, type LayersModel, type LayerVariable} from '@tensorflow/tfjs-layers';
import {FreezableBatchNormalization} from '../layers/freezable-batch-normalization.ts';
import {leaves} from '../layers/leaves.ts';
import type {NamedWeights, Weights} from './named-weights.ts';

/** The weights of a model by name, as `loadWeights` takes them. */
export function weightsOf(model: LayersModel): NamedWeights {
  return new Map(
    leaves(model).flatMap(({weights}) => weights.map(variable => [variable.originalName, valuesOf(variable)])),
  );
}

/**
 * The weights of a model with its batch normalization folded into the convolutions before it, for the same model built
 * with `folded: true`: w gamma / sqrt(variance + epsilon), and beta - mean gamma / sqrt(variance + epsilon) as the bias.
 *
 * @param model one of this package's, with batch normalization
 *
 * @example
 * const fast = deeplabV3Plus({...options, folded: true});
 * loadWeights(fast, foldedWeights(trained));
 */
export function foldedWeights(model: LayersModel): NamedWeights {
  const weights = new Map(weightsOf(model));
  for (const layer of leaves(model)) {
    if (layer instanceof FreezableBatchNormalization) fold(layer, weights);
  }
  return weights;
}

function fold(layer: FreezableBatchNormalization, weights: Map<string, Weights>): void {
  const [gamma, beta, mean, variance] = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map(name =>
    take(layer, name, weights),
  );
  const unit = (layer.weights[0]?.originalName ?? '').replace(/\/BatchNorm\/[^/]*$/, '');
  if (!gamma || !beta || !mean || !variance) return;
  const scale = gamma.data.map((value, i) => value / Math.sqrt((variance.data[i] ?? 0) + layer.epsilon));
  const bias = beta.data.map((value, i) => value - (mean.data[i] ?? 0) * (scale[i] ?? 0));
  weights.set(`${unit}/bias`, {shape: beta.shape, data: bias});
  for (const name of [`${unit}/kernel`, `${unit}/depthwise_kernel`]) {
    const kernel = weights.get(name);
    if (!kernel) continue;
    // Both kinds of filters run through the outputs fastest: a depthwise one has a multiplier of 1 here.
    const data = kernel.data.map((value, i) => value * (scale[i % scale.length] ?? 0));
    weights.set(name, {shape: kernel.shape, data});
  }
}

/** Takes a layer's weights out of the list. */
function take(layer: layers.Layer, name: string, weights: Map<string, Weights>): Weights | undefined {
  const key = layer.weights.find(({originalName}) => originalName.endsWith(`/${name}`))?.originalName ?? '';
  const found = weights.get(key);
  weights.delete(key);
  return found;
}

function valuesOf(variable: LayerVariable): Weights {
  return {shape: variable.shape.map(size => size ?? 0), data: Float32Array.from(variable.read().dataSync())};
}
