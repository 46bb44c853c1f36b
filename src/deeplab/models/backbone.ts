// The choice of a backbone for DeepLab v3 and v3+.
import type {SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkBetween, checkBoolean, checkChoice, checkInteger, expectation} from '../../core/checks.ts';
import {checkRates} from '../layers/config.ts';
import {checkNorm, type Norm} from '../layers/units.ts';
import {mobileNetV2} from './mobilenet-v2.ts';
import type {NormModelOptions} from './options.ts';
import {resnet} from './resnet.ts';
import {xception65} from './xception65.ts';

export const BACKBONES = ['resnet50', 'resnet101', 'xception65', 'mobilenetV2'] as const;

export type BackboneName = (typeof BACKBONES)[number];

export interface BackboneOptions extends NormModelOptions {
  /** What sees the picture. */
  readonly backbone?: BackboneName;
  /** How many pixels of the picture one of the features stands for: 8, 16 (default) or 32. */
  readonly outputStride?: number;
  /** Rates of the last block's three units, times the block's own. Default 1, 2, 4 on ResNet and 1, 1, 1 on Xception; not on MobileNetV2. */
  readonly multiGrid?: readonly number[];
  /** Factor on the channels of MobileNetV2. Default 1. */
  readonly width?: number;
}

export const BACKBONE_KEYS = ['backbone', 'outputStride', 'multiGrid', 'width'] as const;

export interface Backbone {
  readonly name: BackboneName;
  readonly outputStride: number;
  readonly norm: Norm;
  readonly features: SymbolicTensor;
  readonly lowLevel: SymbolicTensor;
}

/** Batch normalization's epsilon of each backbone, as published. */
const EPSILON = {resnet50: 1e-5, resnet101: 1e-5, xception65: 1e-3, mobilenetV2: 1e-3} as const;

/** Builds the backbone that the options choose on a picture. */
export function buildBackbone(
  picture: SymbolicTensor,
  options: BackboneOptions,
  standard: BackboneName,
  cascaded = 0,
): Backbone {
  const name = checkChoice('options.backbone', options.backbone ?? standard, BACKBONES);
  const outputStride = checkInteger('options.outputStride', options.outputStride ?? 16, 8, 32);
  const norm = checkNorm({
    epsilon: EPSILON[name],
    folded: checkBoolean('options.folded', options.folded ?? false),
    ...(options.momentum === undefined ? {} : {momentum: options.momentum}),
  });
  checkUnused(name, options, cascaded);
  const multiGrid = checkMultiGrid(options.multiGrid ?? (name === 'xception65' ? [1, 1, 1] : [1, 2, 4]));
  const ends = wire(picture, name, {outputStride, multiGrid, norm, cascaded, width: checkWidth(options.width ?? 1)});
  return {name, outputStride, norm, ...ends};
}

function wire(
  picture: SymbolicTensor,
  name: BackboneName,
  config: {outputStride: number; multiGrid: readonly number[]; norm: Norm; cascaded: number; width: number},
): {features: SymbolicTensor; lowLevel: SymbolicTensor} {
  if (name === 'mobilenetV2') return mobileNetV2(picture, config);
  if (name === 'xception65') return xception65(picture, config);
  return resnet(picture, {...config, depth: name, subsample: 'last'});
}

function checkMultiGrid(multiGrid: unknown): number[] {
  const rates = checkRates('options.multiGrid', multiGrid);
  if (rates.length === 3) return rates;
  throw expectation('ERR_INVALID_SHAPE', 'options.multiGrid', 'an array of 3 rates', multiGrid);
}

function checkWidth(width: number): number {
  checkBetween('options.width', width, 0, 4, 'open');
  return width;
}

/** An option that a backbone has no use for is a mistake. */
function checkUnused(name: BackboneName, {multiGrid, width}: BackboneOptions, cascaded: number): void {
  const isResNet = name === 'resnet50' || name === 'resnet101';
  if (name === 'mobilenetV2' && multiGrid)
    throw expectation('ERR_OUT_OF_RANGE', 'options.multiGrid', 'left out for mobilenetV2', multiGrid);
  if (name !== 'mobilenetV2' && width !== undefined)
    throw expectation('ERR_OUT_OF_RANGE', 'options.width', `left out for ${name}`, width);
  if (!isResNet && cascaded > 0)
    throw expectation('ERR_OUT_OF_RANGE', 'options.cascaded', `left out for ${name}`, cascaded);
}
