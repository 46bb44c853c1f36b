import {serialization} from '@tensorflow/tfjs-core';
import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkBetween} from '../../core/checks.ts';
import {BlockLayer} from './block-layer.ts';
import {checkBoolean, checkConfig, checkInteger, checkRates, type LayerConfig} from './config.ts';
import {ImageMean, ResizeLike} from './resizing.ts';
import {link} from './tensors.ts';
import {checkNorm, convUnit, headUnit, NORM_KEYS, type NormConfig} from './units.ts';

export interface AugmentedAsppConfig extends LayerConfig, NormConfig {
  /** One atrous branch each, as they are: see `scaleRates`. Default 6, 12, 18, those for output stride 16. May be empty. */
  readonly rates?: readonly number[];
  /** Channels of each branch and of the result. Default 256. */
  readonly filters?: number;
  /** Whether the atrous branches are separable, as in DeepLab v3+. Default false. */
  readonly separable?: boolean;
  /** Whether there is a branch of image-level features. Default true. */
  readonly imagePooling?: boolean;
  /** Share of the channels dropped in training. Default 0.1. */
  readonly dropout?: number;
}

/**
 * DeepLab v3's augmented ASPP: image-level features, a 1x1 convolution and atrous ones, concatenated and projected, all
 * with batch normalization and ReLU. As a function: `augmentedAspp`.
 *
 * Its layers are named as in TensorFlow's public checkpoints: image_pooling, aspp0, aspp1 ..., concat_projection.
 *
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "Rethinking Atrous Convolution for Semantic Image Segmentation" (2017), section 3.3 and figure 5.
 */
export class AugmentedAspp extends BlockLayer {
  static readonly className = 'AugmentedAspp';
  readonly #config: ReturnType<typeof checkAugmentedAspp>;

  constructor(config: AugmentedAsppConfig = {}) {
    const keys = ['rates', 'filters', 'separable', 'imagePooling', 'dropout', ...NORM_KEYS] as const;
    super(checkConfig(AugmentedAspp.className, config, keys));
    this.#config = checkAugmentedAspp(config);
  }

  protected override wire([x]: [SymbolicTensor]): SymbolicTensor {
    const {rates, filters, imagePooling, dropout} = this.#config;
    const branches = [
      ...(imagePooling ? [this.#imagePooling(x)] : []),
      convUnit(x, filters, {name: 'aspp0', activation: 'relu'}, this.#config),
      ...rates.map((rate, i) => headUnit(x, {name: `aspp${i + 1}`, rate}, this.#config)),
    ];
    const [only = x] = branches;
    const joined = branches.length === 1 ? only : link(layers.concatenate({axis: 3, name: 'concat'}), branches);
    const projected = convUnit(joined, filters, {name: 'concat_projection', activation: 'relu'}, this.#config);
    return dropout === 0 ? projected : link(layers.dropout({rate: dropout, name: 'dropout'}), projected);
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), ...this.#config};
  }

  #imagePooling(x: SymbolicTensor): SymbolicTensor {
    const mean = link(new ImageMean({name: 'image_mean'}), x);
    const pooled = convUnit(mean, this.#config.filters, {name: 'image_pooling', activation: 'relu'}, this.#config);
    return link(new ResizeLike({name: 'image_spread'}), [pooled, x]);
  }
}

function checkAugmentedAspp(config: AugmentedAsppConfig) {
  const {rates = [6, 12, 18], filters = 256, separable = false, imagePooling = true, dropout = 0.1} = config;
  return {
    rates: checkRates('rates', rates),
    filters: checkInteger('filters', filters, 1),
    separable: checkBoolean('separable', separable),
    imagePooling: checkBoolean('imagePooling', imagePooling),
    dropout: checkBetween('dropout', dropout, 0, 1, 'closed'),
    ...checkNorm(config),
  };
}

serialization.registerClass(AugmentedAspp);
