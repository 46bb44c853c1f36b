import type {LayersModel, SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkInteger} from '../../core/checks.ts';
import {scaleRates} from '../blocks/output-stride.ts';
import {AtrousConv2D} from '../layers/atrous-conv2d.ts';
import {AugmentedAspp} from '../layers/augmented-aspp.ts';
import {checkRates} from '../layers/config.ts';
import {link} from '../layers/tensors.ts';
import {type Backbone, BACKBONE_KEYS, type BackboneName, type BackboneOptions, buildBackbone} from './backbone.ts';
import {finish} from './finish.ts';
import {checkModelOptions, NORM_MODEL_KEYS} from './options.ts';

export interface DeepLabV3Options extends BackboneOptions {
  /**
   * Rates of ASPP's branches at output stride 16; at 8 they are doubled. Default 6, 12, 18, and none on MobileNetV2, as
   * in the public model.
   */
  readonly rates?: readonly number[];
  /** How many copies of ResNet's block 4 go deeper instead of ASPP: 3 for the paper's blocks 5 to 7. Default 0, ASPP. */
  readonly cascaded?: number;
  /** Share of ASPP's channels dropped in training. Default 0.1. */
  readonly dropout?: number;
}

/**
 * DeepLab v3: ResNet (or MobileNetV2) with multi-grid and the augmented ASPP, or with cascaded atrous blocks.
 *
 * @returns a model from pictures `[batch, height, width, 3]` with values from -1 to 1 to scores
 *   `[batch, height, width, classes]`; weights are random
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_INVALID_SHAPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "Rethinking Atrous Convolution for Semantic Image Segmentation" (2017). On MobileNetV2: Sandler et
 * al., "MobileNetV2" (2018), section 6.3.
 *
 * @example
 * const model = deeplabV3({backbone: 'resnet50', outputStride: 8});
 */
export function deeplabV3(options: DeepLabV3Options = {}): LayersModel {
  const keys = [...NORM_MODEL_KEYS, ...BACKBONE_KEYS, 'rates', 'cascaded', 'dropout'] as const;
  const {classes, upsample, picture} = checkModelOptions(options, keys);
  const cascaded = checkInteger('options.cascaded', options.cascaded ?? 0, 0, 8);
  const backbone = buildBackbone(picture, options, 'resnet101', cascaded);
  const features = cascaded > 0 ? backbone.features : pyramid(backbone, options);
  const name = options.name ?? `deeplab_v3_${backbone.name}_os${backbone.outputStride}`;
  return finish(picture, logits(features, classes), upsample, name);
}

/** The augmented ASPP on a backbone's features. */
export function pyramid(
  {name, features, outputStride, norm}: Backbone,
  {rates = standardRates(name), dropout = 0.1}: Pick<DeepLabV3Options, 'rates' | 'dropout'>,
  separable = false,
): SymbolicTensor {
  const scaled = scaleRates(checkRates('options.rates', rates), outputStride);
  return link(
    new AugmentedAspp({...norm, epsilon: HEAD_EPSILON, rates: scaled, dropout, separable, name: 'aspp'}),
    features,
  );
}

/** The scores of each class. */
export function logits(features: SymbolicTensor, classes: number): SymbolicTensor {
  const layer = new AtrousConv2D({filters: classes, kernelSize: 1, useBias: true, name: 'logits/semantic'});
  return link(layer, features);
}

/** What batch normalization adds to the variance in ASPP and the decoder, as published. */
export const HEAD_EPSILON = 1e-5;

function standardRates(backbone: BackboneName): number[] {
  return backbone === 'mobilenetV2' ? [] : [6, 12, 18];
}
