import {serialization} from '@tensorflow/tfjs-core';
import {atrousDepthwiseConv2d} from '../blocks/atrous-depthwise-conv2d.ts';
import {ATROUS_CONV_KEYS, AtrousConv, type AtrousConvConfig} from './atrous-conv.ts';
import {checkConfig, checkInteger} from './config.ts';

export interface AtrousDepthwiseConv2DConfig extends AtrousConvConfig {
  /** How many channels each channel becomes. Default 1. */
  readonly depthMultiplier?: number;
}

/**
 * A layer of atrous depthwise convolution: weights `depthwise_kernel` `[rows, columns, inputs, depthMultiplier]` and, with
 * `useBias`, `bias`.
 *
 * Unlike `tf.layers.depthwiseConv2d`, it respects its dilation rate, and trains with it.
 *
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_OUT_OF_RANGE`
 */
export class AtrousDepthwiseConv2D extends AtrousConv {
  static readonly className = 'AtrousDepthwiseConv2D';
  protected override readonly convolve = atrousDepthwiseConv2d;
  readonly #multiplier: number;

  constructor(config: AtrousDepthwiseConv2DConfig = {}) {
    super(checkConfig(AtrousDepthwiseConv2D.className, config, [...ATROUS_CONV_KEYS, 'depthMultiplier']));
    this.#multiplier = checkInteger('depthMultiplier', config.depthMultiplier ?? 1, 1);
  }

  protected override filter(inputs: number): {name: string; shape: number[]; fanIn: number} {
    const [rows, columns] = this.kernelSize;
    return {name: 'depthwise_kernel', shape: [rows, columns, inputs, this.#multiplier], fanIn: rows * columns};
  }

  protected override outputs(inputs: number): number {
    return inputs * this.#multiplier;
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), depthMultiplier: this.#multiplier};
  }
}

serialization.registerClass(AtrousDepthwiseConv2D);
