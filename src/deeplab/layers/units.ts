// How convolutions, batch normalizations and activations are strung together, in blocks and in backbones.
import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {Activation} from '../blocks/activation.ts';
import {checkBetween, checkBoolean, checkPositive} from '../../core/checks.ts';
import {AtrousConv2D} from './atrous-conv2d.ts';
import {AtrousDepthwiseConv2D} from './atrous-depthwise-conv2d.ts';
import {FreezableBatchNormalization} from './freezable-batch-normalization.ts';
import {link} from './tensors.ts';

/** What follows the convolutions of a network. */
export interface NormConfig {
  /** What batch normalization adds to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** How much of the moving statistics a training step keeps. Default 0.9997, the papers'. */
  readonly momentum?: number;
  /**
   * Whether batch normalization is folded into the convolutions, which have a bias then: for inference, faster, not for
   * training. Default false.
   */
  readonly folded?: boolean;
}

export type Norm = Required<NormConfig>;

export const NORM_KEYS = ['epsilon', 'momentum', 'folded'] as const;

/** The configuration with its defaults. */
export function checkNorm({epsilon = 1e-3, momentum = 0.9997, folded = false}: NormConfig): Norm {
  checkPositive('epsilon', epsilon);
  checkBetween('momentum', momentum, 0, 1, 'closed');
  return {epsilon, momentum, folded: checkBoolean('folded', folded)};
}

/** A convolution among others. */
export interface UnitConfig {
  readonly name: string;
  /** Default 1. */
  readonly kernelSize?: number;
  readonly strides?: number;
  readonly rate?: number;
  /** Default 'linear'. */
  readonly activation?: Activation;
}

/** A convolution, its batch normalization `NAME/BatchNorm` and its activation. */
export function convUnit(x: SymbolicTensor, filters: number, config: UnitConfig, norm: Norm): SymbolicTensor {
  const {name, kernelSize = 1, strides = 1, rate = 1, activation = 'linear'} = config;
  const layout = {name, kernelSize, strides, dilationRate: rate, filters};
  return finish(x, activation, norm, own => new AtrousConv2D({...layout, ...own}));
}

/** The same of a depthwise convolution, 3x3 unless said otherwise. */
export function depthwiseUnit(x: SymbolicTensor, config: UnitConfig, norm: Norm): SymbolicTensor {
  const {name, kernelSize = 3, strides = 1, rate = 1, activation = 'linear'} = config;
  const layout = {name, kernelSize, strides, dilationRate: rate};
  return finish(x, activation, norm, own => new AtrousDepthwiseConv2D({...layout, ...own}));
}

/** Depthwise and pointwise convolution, `NAME_depthwise` and `NAME_pointwise`, each with its batch normalization. */
export function separableUnit(
  x: SymbolicTensor,
  filters: number,
  config: UnitConfig & {readonly depthwiseActivation?: Activation},
  norm: Norm,
): SymbolicTensor {
  const {name, depthwiseActivation = config.activation ?? 'linear', activation = 'linear'} = config;
  const depthwise = {...config, name: `${name}_depthwise`, activation: depthwiseActivation};
  return convUnit(depthwiseUnit(x, depthwise, norm), filters, {name: `${name}_pointwise`, activation}, norm);
}

/** A 3x3 convolution with ReLU as heads have them: atrous, and separable if so wished. */
export function headUnit(
  x: SymbolicTensor,
  {name, rate = 1}: Pick<UnitConfig, 'name' | 'rate'>,
  config: Norm & {readonly filters: number; readonly separable: boolean},
): SymbolicTensor {
  const unit = {name, kernelSize: 3, rate, activation: 'relu'} as const;
  return (config.separable ? separableUnit : convUnit)(x, config.filters, unit, config);
}

/** An activation by itself. */
export function activated(x: SymbolicTensor, activation: 'relu' | 'relu6', name: string): SymbolicTensor {
  return link(layers.activation({activation, name}), x);
}

type Own = {useBias: true; activation: Activation} | {useBias: false};

function finish(
  x: SymbolicTensor,
  activation: Activation,
  norm: Norm,
  create: (own: Own) => layers.Layer,
): SymbolicTensor {
  const {epsilon, momentum, folded} = norm;
  if (folded) return link(create({useBias: true, activation}), x);
  const convolution = create({useBias: false});
  const normalization = new FreezableBatchNormalization({name: `${convolution.name}/BatchNorm`, epsilon, momentum});
  const y = link(normalization, link(convolution, x));
  return activation === 'linear' ? y : activated(y, activation, `${convolution.name}/${activation}`);
}
