import {serialization} from '@tensorflow/tfjs-core';
import {atrousConv2d} from '../blocks/atrous-conv2d.ts';
import {ATROUS_CONV_KEYS, AtrousConv, type AtrousConvConfig} from './atrous-conv.ts';
import {checkConfig, checkInteger} from './config.ts';

export interface AtrousConv2DConfig extends AtrousConvConfig {
  /** How many channels come out. */
  readonly filters: number;
}

/**
 * A layer of atrous convolution: weights `kernel` `[rows, columns, inputs, filters]` and, with `useBias`, `bias`.
 *
 * Unlike `tf.layers.conv2d`, it trains with rates above 1.
 *
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_OUT_OF_RANGE`
 *
 * @example
 * const fc6 = new AtrousConv2D({filters: 1024, dilationRate: 12, useBias: true, activation: 'relu', name: 'fc6'});
 */
export class AtrousConv2D extends AtrousConv {
  static readonly className = 'AtrousConv2D';
  protected override readonly convolve = atrousConv2d;
  readonly #filters: number;

  constructor(config: AtrousConv2DConfig) {
    super(checkConfig(AtrousConv2D.className, config, [...ATROUS_CONV_KEYS, 'filters']));
    this.#filters = checkInteger('filters', config.filters, 1);
  }

  protected override filter(inputs: number): {name: string; shape: number[]; fanIn: number} {
    const [rows, columns] = this.kernelSize;
    return {name: 'kernel', shape: [rows, columns, inputs, this.#filters], fanIn: rows * columns * inputs};
  }

  protected override outputs(): number {
    return this.#filters;
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), filters: this.#filters};
  }
}

serialization.registerClass(AtrousConv2D);
