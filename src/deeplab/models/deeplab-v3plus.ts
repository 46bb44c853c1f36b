import type {LayersModel} from '@tensorflow/tfjs-layers';
import {Decoder} from '../layers/decoder.ts';
import {link} from '../layers/tensors.ts';
import {BACKBONE_KEYS, type BackboneOptions, buildBackbone} from './backbone.ts';
import {type DeepLabV3Options, HEAD_EPSILON, logits, pyramid} from './deeplab-v3.ts';
import {finish} from './finish.ts';
import {checkModelOptions, NORM_MODEL_KEYS} from './options.ts';

export interface DeepLabV3PlusOptions extends BackboneOptions, Pick<DeepLabV3Options, 'rates' | 'dropout'> {
  /** Channels that the low-level features are reduced to. Default 48. */
  readonly lowLevelFilters?: number;
}

/**
 * DeepLab v3+: DeepLab v3 with atrous separable convolutions as the encoder, and a decoder that brings in features at
 * output stride 4.
 *
 * @returns a model from pictures `[batch, height, width, 3]` with values from -1 to 1 to scores
 *   `[batch, height, width, classes]`; weights are random
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_INVALID_SHAPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "Encoder-Decoder with Atrous Separable Convolution for Semantic Image Segmentation" (2018).
 *
 * @example
 * const model = deeplabV3Plus({backbone: 'mobilenetV2', classes: 19, inputSize: [513, 1025]});
 */
export function deeplabV3Plus(options: DeepLabV3PlusOptions = {}): LayersModel {
  const keys = [...NORM_MODEL_KEYS, ...BACKBONE_KEYS, 'rates', 'dropout', 'lowLevelFilters'] as const;
  const {classes, upsample, picture} = checkModelOptions(options, keys);
  const backbone = buildBackbone(picture, options, 'xception65');
  const encoded = pyramid(backbone, options, true);
  const {lowLevelFilters = 48} = options;
  const config = {...backbone.norm, epsilon: HEAD_EPSILON, lowLevelFilters, name: 'decoder'};
  const refined = link(new Decoder(config), [encoded, backbone.lowLevel]);
  const name = options.name ?? `deeplab_v3plus_${backbone.name}_os${backbone.outputStride}`;
  return finish(picture, logits(refined, classes), upsample, name);
}
