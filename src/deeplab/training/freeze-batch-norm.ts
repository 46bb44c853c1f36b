import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkBoolean, checkInteger} from '../../core/checks.ts';
import {FreezableBatchNormalization} from '../layers/freezable-batch-normalization.ts';
import {leaves} from '../layers/leaves.ts';

/**
 * Freezes the statistics of a model's batch normalization, or thaws them. Frozen, training normalizes by the moving
 * statistics and leaves them alone; gains and offsets are trained either way.
 *
 * @returns how many layers that were
 *
 * @example
 * freezeBatchNorm(model, freezesBatchNorm({outputStride: 8, batchSize: 2}));
 */
export function freezeBatchNorm(model: LayersModel, frozen = true): number {
  checkBoolean('frozen', frozen);
  const normalizations = leaves(model).filter(layer => layer instanceof FreezableBatchNormalization);
  for (const layer of normalizations) layer.frozen = frozen;
  return normalizations.length;
}

/**
 * Whether the papers freeze batch normalization: at output stride 8, whose features leave no room for batches large
 * enough to measure, and with batches of fewer than 12 pictures.
 *
 * Source: Chen et al., "Rethinking Atrous Convolution for Semantic Image Segmentation" (2017), section 4: trained with
 * batches of 16 at output stride 16, then frozen at 8; the public code of TensorFlow asks for 12 pictures or more.
 */
export function freezesBatchNorm({
  outputStride,
  batchSize,
}: {
  readonly outputStride: number;
  readonly batchSize: number;
}): boolean {
  return checkInteger('outputStride', outputStride, 1) <= 8 || checkInteger('batchSize', batchSize, 1) < 12;
}
