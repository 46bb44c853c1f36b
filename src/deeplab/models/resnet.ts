import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {atrousSchedule, multiGridRates, type StrideAndRate} from '../blocks/output-stride.ts';
import {link} from '../layers/tensors.ts';
import {activated, convUnit, type Norm} from '../layers/units.ts';

/** Units per block. */
export const RESNET_UNITS = {resnet50: [3, 4, 6, 3], resnet101: [3, 4, 23, 3]} as const;

export type ResNetName = keyof typeof RESNET_UNITS;

export interface ResNetConfig {
  readonly depth: ResNetName;
  readonly outputStride: number;
  /** Rates of block 4's units (and of the cascaded blocks'), times the block's own. */
  readonly multiGrid: readonly number[];
  /** How many copies of block 4 follow it. */
  readonly cascaded: number;
  /**
   * Where a block subsamples: in its first unit's 1x1 convolution, as the original network and DeepLab v2, or in its last
   * unit's 3x3 convolution, as TensorFlow's and DeepLab v3.
   */
  readonly subsample: 'first' | 'last';
  readonly norm: Norm;
}

interface Unit {
  readonly name: string;
  readonly filters: number;
  readonly shortcut: boolean;
  readonly conv1: StrideAndRate;
  readonly conv2: StrideAndRate;
}

/**
 * ResNet-50 or -101 at any output stride. Layers are named as in TensorFlow's public checkpoints.
 *
 * @param picture `[batch, height, width, 3]`
 * @returns the last block's features `[batch, height / outputStride, width / outputStride, 2048]` and those of block 1,
 *   `[batch, height / 4, width / 4, 256]`
 *
 * Source: He et al., "Deep Residual Learning for Image Recognition" (2016), table 1; Chen et al., "Rethinking Atrous
 * Convolution for Semantic Image Segmentation" (2017), sections 3.1 and 3.2, figure 3.
 */
export function resnet(
  picture: SymbolicTensor,
  config: ResNetConfig,
): {features: SymbolicTensor; lowLevel: SymbolicTensor} {
  const scope = `resnet_v1_${config.depth.slice('resnet'.length)}`;
  const root = {name: `${scope}/conv1`, kernelSize: 7, strides: 2, activation: 'relu'} as const;
  const pool = layers.maxPooling2d({poolSize: 3, strides: 2, padding: 'same', name: `${scope}/pool1`});
  let x = link(pool, convUnit(picture, 64, root, config.norm));
  let lowLevel = x;
  for (const unit of unitsOf(config, scope)) {
    x = bottleneck(x, unit, config.norm);
    // Where the last unit of block 1 subsamples, what is before it is at stride 4.
    if (unit.name.includes('/block1/') && unit.conv2.stride === 1) lowLevel = x;
  }
  return {features: x, lowLevel};
}

/** All units in order with the strides and rates of their convolutions. */
function unitsOf({depth, outputStride, multiGrid, cascaded, subsample}: ResNetConfig, scope: string): Unit[] {
  const counts: number[] = [...RESNET_UNITS[depth], ...Array.from({length: cascaded}, () => 3)];
  const all = counts.flatMap((count, block) => Array.from({length: count}, (_, unit) => ({block, unit, count})));
  const strides = all.flatMap(({block, unit, count}) => {
    const isLastBlock = block === counts.length - 1;
    if (subsample === 'first') return [block > 0 && unit === 0 ? 2 : 1, 1];
    return [1, !isLastBlock && unit === count - 1 ? 2 : 1];
  });
  const schedule = atrousSchedule([2, 2, ...strides], outputStride).slice(2);
  return all.map(({block, unit}, i) => {
    const [conv1 = UNIT, conv2 = UNIT] = schedule.slice(2 * i, 2 * i + 2);
    const [rate = conv2.rate] = multiGridRates(conv2.rate, block >= 3 ? multiGrid.slice(unit, unit + 1) : []);
    return {
      name: `${scope}/block${block + 1}/unit_${unit + 1}/bottleneck_v1`,
      filters: 64 * 2 ** Math.min(block, 3),
      shortcut: unit === 0 && block < 4,
      conv1,
      conv2: {stride: conv2.stride, rate},
    };
  });
}

const UNIT: StrideAndRate = {stride: 1, rate: 1};

function bottleneck(x: SymbolicTensor, {name, filters, shortcut, conv1, conv2}: Unit, norm: Norm): SymbolicTensor {
  const strides = conv1.stride * conv2.stride;
  const first = {name: `${name}/conv1`, strides: conv1.stride, activation: 'relu'} as const;
  const second = {
    name: `${name}/conv2`,
    kernelSize: 3,
    strides: conv2.stride,
    rate: conv2.rate,
    activation: 'relu',
  } as const;
  const inner = convUnit(convUnit(x, filters, first, norm), filters, second, norm);
  const residual = convUnit(inner, 4 * filters, {name: `${name}/conv3`}, norm);
  const kept = shortcut
    ? convUnit(x, 4 * filters, {name: `${name}/shortcut`, strides}, norm)
    : subsampled(x, strides, `${name}/shortcut`);
  return activated(link(layers.add({name: `${name}/add`}), [kept, residual]), 'relu', `${name}/relu`);
}

/** Every second pixel of every second row. */
function subsampled(x: SymbolicTensor, strides: number, name: string): SymbolicTensor {
  return strides === 1 ? x : link(layers.maxPooling2d({poolSize: 1, strides, name}), x);
}
