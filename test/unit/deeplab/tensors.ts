// Random tensors and comparisons for the tests of DeepLab.
import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, loadLayersModel} from '@tensorflow/tfjs-layers';
import '../../../src/tfjs/index.ts';

/** All tests of DeepLab run on the project's own backend. */
export async function useBackend(): Promise<void> {
  await tf.setBackend('densecrf');
}

/** Small random numbers that are the same in each run. */
export function random4D(shape: [number, number, number, number], seed = 1): tf.Tensor4D {
  return tf.randomUniform<tf.Rank.R4>(shape, -1, 1, 'float32', seed);
}

export function random1D(length: number, seed = 2): tf.Tensor1D {
  return tf.randomUniform<tf.Rank.R1>([length], 0.5, 1.5, 'float32', seed);
}

/** The largest difference of two tensors of the same shape; infinite if the shapes differ. */
export function difference(a: tf.Tensor, b: tf.Tensor): number {
  if (a.shape.join() !== b.shape.join()) return Infinity;
  const [x, y] = [Array.from(a.dataSync()), b.dataSync()];
  const apart = x.map((value, i) => (Number.isNaN(value) ? Infinity : Math.abs(value - y[i]!)));
  return apart.reduce((worst, value) => Math.max(worst, value), 0);
}

/** One tensor, whatever a model's type says. */
export function only(value: unknown): tf.Tensor {
  if (value instanceof tf.Tensor) return value as tf.Tensor;
  throw new TypeError('not one tensor');
}

/** Saves a model into memory and loads it again. */
export async function savedAndLoaded(model: LayersModel): Promise<LayersModel> {
  const saved: tf.io.ModelArtifacts[] = [];
  const handler = tf.io.withSaveHandler(artifacts => {
    saved.push(artifacts);
    return Promise.resolve({modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts)});
  });
  await model.save(handler);
  return loadLayersModel(tf.io.fromMemory(saved[0]!));
}
