// What AtrousConv2D and AtrousDepthwiseConv2D share.
import {type serialization, type Tensor, type Tensor1D, type Tensor4D, tidy} from '@tensorflow/tfjs-core';
import {initializers, layers, type LayerVariable, type Shape} from '@tensorflow/tfjs-layers';
import {checkChoice} from '../../core/checks.ts';
import {type Activation, ACTIVATIONS} from '../blocks/activation.ts';
import type {AtrousOptions} from '../blocks/atrous-conv2d.ts';
import {checkBoolean, checkPair, checkSame, type LayerConfig, type Pair} from './config.ts';
import {initialWeights} from './initial-weights.ts';
import {onlyShape, onlyTensor, read1D, read4D} from './tensors.ts';

/** What all atrous convolutions take. */
export interface AtrousConvConfig extends LayerConfig {
  /** Rows and columns of the filters. Default 3. */
  readonly kernelSize?: Pair;
  /** Default 1; above 1 only with rate 1. */
  readonly strides?: Pair;
  /** Default 1. */
  readonly dilationRate?: Pair;
  /** Default 'same'. */
  readonly padding?: 'same' | 'valid';
  /** Default false: batch normalization follows nearly all of them. */
  readonly useBias?: boolean;
  /** Default 'linear'. */
  readonly activation?: Activation;
}

export const ATROUS_CONV_KEYS = ['kernelSize', 'strides', 'dilationRate', 'padding', 'useBias', 'activation'] as const;

type Convolution = (x: Tensor4D, filter: Tensor4D, options: AtrousOptions) => Tensor4D;

/** A layer with one filter and perhaps a bias, under names of their own. */
export abstract class AtrousConv extends layers.Layer {
  protected readonly kernelSize: readonly [number, number];
  protected readonly strides: number;
  protected readonly rate: number;
  protected readonly padding: 'same' | 'valid';
  protected readonly useBias: boolean;
  protected readonly activation: Activation;
  private kernel: LayerVariable | undefined;
  private bias: LayerVariable | undefined;

  protected constructor(config: AtrousConvConfig) {
    super(config);
    this.kernelSize = checkPair('kernelSize', config.kernelSize ?? 3);
    this.strides = checkSame('strides', config.strides ?? 1);
    this.rate = checkSame('dilationRate', config.dilationRate ?? 1);
    this.padding = checkChoice('padding', config.padding ?? 'same', ['same', 'valid']);
    this.useBias = checkBoolean('useBias', config.useBias ?? false);
    this.activation = checkChoice('activation', config.activation ?? 'linear', ACTIVATIONS);
  }

  /** The filter's name, its shape for a number of input channels, and how many inputs each output sees. */
  protected abstract filter(inputs: number): {name: string; shape: number[]; fanIn: number};
  protected abstract outputs(inputs: number): number;
  protected abstract readonly convolve: Convolution;

  override build(inputShape: Shape | Shape[]): void {
    const [, , , inputs] = onlyShape(this.name, inputShape);
    const {name, shape, fanIn} = this.filter(inputs);
    const initial = initialWeights(shape, fanIn, this.name);
    this.kernel = this.addWeight(name, shape, 'float32', initializers.zeros()).write(initial);
    initial.dispose();
    if (this.useBias) this.bias = this.addWeight('bias', [this.outputs(inputs)], 'float32', initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [batch, height, width, inputs] = onlyShape(this.name, inputShape);
    const [rows, columns] = this.kernelSize;
    return [batch, this.#outputSize(height, rows), this.#outputSize(width, columns), this.outputs(inputs)];
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const {strides, rate, padding: pad, activation} = this;
    const bias: Tensor1D | undefined = this.useBias ? read1D(this.bias) : undefined;
    return tidy(() => this.convolve(onlyTensor(inputs), read4D(this.kernel), {strides, rate, pad, bias, activation}));
  }

  override getConfig(): serialization.ConfigDict {
    const {strides, rate: dilationRate, padding, useBias, activation} = this;
    const kernelSize = [...this.kernelSize];
    return {...super.getConfig(), kernelSize, strides, dilationRate, padding, useBias, activation};
  }

  #outputSize(size: number | null, taps: number): number | null {
    if (size === null) return null;
    const seen = this.padding === 'same' ? size : size - (taps - 1) * this.rate;
    return Math.ceil(seen / this.strides);
  }
}
