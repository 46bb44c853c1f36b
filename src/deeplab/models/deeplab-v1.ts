import type {LayersModel} from '@tensorflow/tfjs-layers';
import {LargeFov, type LargeFovConfig} from '../layers/large-fov.ts';
import {link} from '../layers/tensors.ts';
import {finish} from './finish.ts';
import {checkModelOptions, MODEL_KEYS, type ModelOptions} from './options.ts';
import {vgg16} from './vgg16.ts';

export interface DeepLabV1Options
  extends ModelOptions, Pick<LargeFovConfig, 'rate' | 'kernelSize' | 'filters' | 'dropout'> {}

/**
 * DeepLab v1: VGG-16 with holes and LargeFOV, output stride 8. Its scores are refined by a dense CRF.
 *
 * With its defaults it has 20.5 million weights, the paper's DeepLab-LargeFOV (its table 2).
 *
 * @returns a model from pictures `[batch, height, width, 3]`, the mean colour subtracted, to scores
 *   `[batch, height, width, classes]`; weights are random
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_INVALID_SHAPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "Semantic Image Segmentation with Deep Convolutional Nets and Fully Connected CRFs" (2015).
 *
 * @example
 * const model = deeplabV1({classes: 21, inputSize: 321});
 */
export function deeplabV1(options: DeepLabV1Options = {}): LayersModel {
  const keys = [...MODEL_KEYS, 'rate', 'kernelSize', 'filters', 'dropout'] as const;
  const {classes, upsample, picture} = checkModelOptions(options, keys);
  const {rate = 12, kernelSize = 3, filters = 1024, dropout = 0.5} = options;
  const head = new LargeFov({classes, rate, kernelSize, filters, dropout, name: 'large_fov'});
  return finish(picture, link(head, vgg16(picture)), upsample, options.name ?? 'deeplab_v1');
}
