import {serialization} from '@tensorflow/tfjs-core';
import type {SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkChoice} from '../../core/checks.ts';
import {type Activation, ACTIVATIONS} from '../blocks/activation.ts';
import {BlockLayer} from './block-layer.ts';
import {checkConfig, checkInteger, checkSame, type LayerConfig, type Pair} from './config.ts';
import {checkNorm, NORM_KEYS, type NormConfig, separableUnit} from './units.ts';

export interface AtrousSeparableConv2DConfig extends LayerConfig, NormConfig {
  /** How many channels come out. */
  readonly filters: number;
  /** Of the depthwise filters. Default 3. */
  readonly kernelSize?: number;
  /** Default 1; above 1 only with rate 1. */
  readonly strides?: Pair;
  /** Default 1. */
  readonly dilationRate?: Pair;
  /** Follows both convolutions. Default 'relu'. */
  readonly activation?: Activation;
}

/**
 * Atrous separable convolution: an atrous depthwise and a pointwise convolution, each with batch normalization and
 * activation. As a function, without the normalization: `atrousSeparableConv2d`.
 *
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "Encoder-Decoder with Atrous Separable Convolution for Semantic Image Segmentation" (2018),
 * section 3.1 and figure 3.
 */
export class AtrousSeparableConv2D extends BlockLayer {
  static readonly className = 'AtrousSeparableConv2D';
  readonly #config: ReturnType<typeof checkSeparable>;

  constructor(config: AtrousSeparableConv2DConfig) {
    const keys = ['filters', 'kernelSize', 'strides', 'dilationRate', 'activation', ...NORM_KEYS] as const;
    super(checkConfig(AtrousSeparableConv2D.className, config, keys));
    this.#config = checkSeparable(config);
  }

  protected override wire([x]: [SymbolicTensor]): SymbolicTensor {
    const {filters, kernelSize, strides, dilationRate: rate, activation} = this.#config;
    return separableUnit(x, filters, {name: 'conv', kernelSize, strides, rate, activation}, this.#config);
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), ...this.#config};
  }
}

function checkSeparable(config: AtrousSeparableConv2DConfig) {
  const {filters, kernelSize = 3, strides = 1, dilationRate = 1, activation = 'relu'} = config;
  return {
    filters: checkInteger('filters', filters, 1),
    kernelSize: checkInteger('kernelSize', kernelSize, 1),
    strides: checkSame('strides', strides),
    dilationRate: checkSame('dilationRate', dilationRate),
    activation: checkChoice('activation', activation, ACTIVATIONS),
    ...checkNorm(config),
  };
}

serialization.registerClass(AtrousSeparableConv2D);
