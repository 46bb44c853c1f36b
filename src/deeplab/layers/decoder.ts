import {serialization} from '@tensorflow/tfjs-core';
import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {BlockLayer} from './block-layer.ts';
import {checkBoolean, checkConfig, checkInteger, type LayerConfig} from './config.ts';
import {ResizeLike} from './resizing.ts';
import {link} from './tensors.ts';
import {checkNorm, convUnit, headUnit, NORM_KEYS, type NormConfig} from './units.ts';

export interface DecoderConfig extends LayerConfig, NormConfig {
  /** Channels that the low-level features are reduced to. Default 48. */
  readonly lowLevelFilters?: number;
  /** Channels of the two convolutions and of the result. Default 256. */
  readonly filters?: number;
  /** Whether the two convolutions are separable. Default true. */
  readonly separable?: boolean;
}

/**
 * DeepLab v3+'s decoder, applied to [the encoder's features, a backbone's low-level features]: upsampled and reduced,
 * concatenated, refined by two 3x3 convolutions. As a function: `decoder`.
 *
 * Its layers are named as in TensorFlow's public checkpoints: feature_projection0, decoder_conv0, decoder_conv1.
 *
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "Encoder-Decoder with Atrous Separable Convolution for Semantic Image Segmentation" (2018),
 * section 3.1 and figure 2.
 */
export class Decoder extends BlockLayer {
  static readonly className = 'Decoder';
  readonly #config: ReturnType<typeof checkDecoder>;

  constructor(config: DecoderConfig = {}) {
    super(checkConfig(Decoder.className, config, ['lowLevelFilters', 'filters', 'separable', ...NORM_KEYS]));
    this.#config = checkDecoder(config);
  }

  protected override wire([features, lowLevel]: [SymbolicTensor, SymbolicTensor]): SymbolicTensor {
    const {lowLevelFilters} = this.#config;
    const projection = {name: 'feature_projection0', activation: 'relu'} as const;
    const reduced = convUnit(lowLevel, lowLevelFilters, projection, this.#config);
    const larger = link(new ResizeLike({name: 'upsampled'}), [features, lowLevel]);
    const joined = link(layers.concatenate({axis: 3, name: 'concat'}), [larger, reduced]);
    return [0, 1].reduce((x, i) => headUnit(x, {name: `decoder_conv${i}`}, this.#config), joined);
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), ...this.#config};
  }
}

function checkDecoder(config: DecoderConfig) {
  const {lowLevelFilters = 48, filters = 256, separable = true} = config;
  return {
    lowLevelFilters: checkInteger('lowLevelFilters', lowLevelFilters, 1),
    filters: checkInteger('filters', filters, 1),
    separable: checkBoolean('separable', separable),
    ...checkNorm(config),
  };
}

serialization.registerClass(Decoder);
