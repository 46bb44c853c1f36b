import {serialization} from '@tensorflow/tfjs-core';
import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkBetween} from '../../core/checks.ts';
import {AtrousConv2D} from './atrous-conv2d.ts';
import {BlockLayer} from './block-layer.ts';
import {checkConfig, checkInteger, type LayerConfig} from './config.ts';
import {link} from './tensors.ts';

export interface LargeFovConfig extends LayerConfig {
  readonly classes: number;
  /** Rate of fc6. Default 12. */
  readonly rate?: number;
  /** Rows and columns of fc6's filters. Default 3. */
  readonly kernelSize?: number;
  /** Channels of fc6 and fc7. Default 1024. */
  readonly filters?: number;
  /** Share of the channels dropped in training after fc6 and fc7. Default 0.5. */
  readonly dropout?: number;
}

/**
 * DeepLab v1's classifier, LargeFOV: fc6 with holes, fc7, fc8, scores without activation. As a function: `largeFov`.
 *
 * The paper's other versions (its table 2): `{kernelSize: 7, rate: 4, filters: 4096}` and `{kernelSize: 4, rate: 4, filters: 4096}`.
 *
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "Semantic Image Segmentation with Deep Convolutional Nets and Fully Connected CRFs" (2015), section 3.2.
 */
export class LargeFov extends BlockLayer {
  static readonly className = 'LargeFov';
  readonly #config: {classes: number; rate: number; kernelSize: number; filters: number; dropout: number};

  constructor(config: LargeFovConfig) {
    super(checkConfig(LargeFov.className, config, ['classes', 'rate', 'kernelSize', 'filters', 'dropout']));
    const {classes, rate = 12, kernelSize = 3, filters = 1024, dropout = 0.5} = config;
    this.#config = {
      classes: checkInteger('classes', classes, 1),
      rate: checkInteger('rate', rate, 1),
      kernelSize: checkInteger('kernelSize', kernelSize, 1),
      filters: checkInteger('filters', filters, 1),
      dropout: checkBetween('dropout', dropout, 0, 1, 'closed'),
    };
  }

  protected override wire([x]: [SymbolicTensor]): SymbolicTensor {
    return classifier(x, {...this.#config, fc6: 'fc6', fc7: 'fc7', fc8: 'fc8'});
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), ...this.#config};
  }
}

/** fc6, fc7 and fc8 with dropout between them, under names of the caller's. */
export function classifier(
  x: SymbolicTensor,
  config: {
    classes: number;
    rate: number;
    kernelSize: number;
    filters: number;
    dropout: number;
    fc6: string;
    fc7: string;
    fc8: string;
  },
): SymbolicTensor {
  const {classes, rate: dilationRate, kernelSize, filters, dropout: rate, fc6, fc7, fc8} = config;
  const hidden = {filters, useBias: true, activation: 'relu'} as const;
  const chain = [
    new AtrousConv2D({...hidden, kernelSize, dilationRate, name: fc6}),
    layers.dropout({rate, name: `${fc6}_dropout`}),
    new AtrousConv2D({...hidden, kernelSize: 1, name: fc7}),
    layers.dropout({rate, name: `${fc7}_dropout`}),
    new AtrousConv2D({filters: classes, kernelSize: 1, useBias: true, name: fc8}),
  ];
  return chain.reduce((y, layer) => link(layer, y), x);
}

serialization.registerClass(LargeFov);
