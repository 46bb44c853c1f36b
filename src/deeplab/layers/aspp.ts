import {serialization} from '@tensorflow/tfjs-core';
import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkBetween, expectation} from '../../core/checks.ts';
import {AtrousConv2D} from './atrous-conv2d.ts';
import {BlockLayer} from './block-layer.ts';
import {checkConfig, checkInteger, checkRates, type LayerConfig} from './config.ts';
import {classifier} from './large-fov.ts';
import {link} from './tensors.ts';

export interface AsppConfig extends LayerConfig {
  readonly classes: number;
  /** One branch each. Default 6, 12, 18, 24 ("ASPP-L"); "ASPP-S" is 2, 4, 8, 12. */
  readonly rates?: readonly number[];
  /** Channels of each branch's fc6 and fc7; 0 (default) for branches of one convolution, as on ResNet. 1024 on VGG-16. */
  readonly filters?: number;
  /** Share of the channels dropped in training after fc6 and fc7. Default 0.5. */
  readonly dropout?: number;
}

/**
 * DeepLab v2's atrous spatial pyramid pooling: branches with different rates, their scores added. As a function: `aspp`.
 *
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_INVALID_SHAPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "DeepLab: Semantic Image Segmentation with Deep Convolutional Nets, Atrous Convolution, and Fully
 * Connected CRFs" (2017), section 3.2, figure 7 and table 3.
 */
export class Aspp extends BlockLayer {
  static readonly className = 'Aspp';
  readonly #config: {classes: number; rates: number[]; filters: number; dropout: number};

  constructor(config: AsppConfig) {
    super(checkConfig(Aspp.className, config, ['classes', 'rates', 'filters', 'dropout']));
    const {classes, rates = [6, 12, 18, 24], filters = 0, dropout = 0.5} = config;
    this.#config = {
      classes: checkInteger('classes', classes, 1),
      rates: checkRates('rates', rates),
      filters: checkInteger('filters', filters, 0),
      dropout: checkBetween('dropout', dropout, 0, 1, 'closed'),
    };
    if (rates.length === 0) throw expectation('ERR_INVALID_SHAPE', 'rates', 'an array of one rate or more', rates);
  }

  protected override wire([x]: [SymbolicTensor]): SymbolicTensor {
    const scores = this.#config.rates.map((rate, i) => this.#branch(x, rate, i));
    const [only] = scores;
    return scores.length === 1 && only ? only : link(layers.add({name: 'sum'}), scores);
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), ...this.#config};
  }

  #branch(x: SymbolicTensor, rate: number, i: number): SymbolicTensor {
    const {classes, filters, dropout} = this.#config;
    if (filters === 0) {
      const name = `fc1_c${i}`;
      return link(new AtrousConv2D({filters: classes, dilationRate: rate, useBias: true, name}), x);
    }
    const names = {fc6: `fc6_${i + 1}`, fc7: `fc7_${i + 1}`, fc8: `fc8_${i + 1}`};
    return classifier(x, {classes, rate, kernelSize: 3, filters, dropout, ...names});
  }
}

serialization.registerClass(Aspp);
