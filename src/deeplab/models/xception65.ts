import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {atrousSchedule, multiGridRates, type StrideAndRate} from '../blocks/output-stride.ts';
import {link} from '../layers/tensors.ts';
import {activated, convUnit, type Norm, separableUnit} from '../layers/units.ts';

interface Module {
  readonly name: string;
  readonly filters: readonly [number, number, number];
  readonly skip: 'conv' | 'sum' | 'none';
  readonly stride: number;
}

const MODULES: readonly Module[] = [
  {name: 'entry_flow/block1/unit_1', filters: [128, 128, 128], skip: 'conv', stride: 2},
  {name: 'entry_flow/block2/unit_1', filters: [256, 256, 256], skip: 'conv', stride: 2},
  {name: 'entry_flow/block3/unit_1', filters: [728, 728, 728], skip: 'conv', stride: 2},
  ...Array.from({length: 16}, (_, i) => ({
    name: `middle_flow/block1/unit_${i + 1}`,
    filters: [728, 728, 728] as const,
    skip: 'sum' as const,
    stride: 1,
  })),
  {name: 'exit_flow/block1/unit_1', filters: [728, 1024, 1024], skip: 'conv', stride: 2},
  {name: 'exit_flow/block2/unit_1', filters: [1536, 1536, 2048], skip: 'none', stride: 1},
];

export interface XceptionConfig {
  readonly outputStride: number;
  /** Rates of the last module's three convolutions, times the module's own. */
  readonly multiGrid: readonly number[];
  readonly norm: Norm;
}

/**
 * The modified aligned Xception with 65 layers: deeper than Chollet's, separable convolutions with stride instead of
 * pools, batch normalization (and in the last module ReLU) after each depthwise convolution. Layers are named as in
 * TensorFlow's public checkpoints.
 *
 * @param picture `[batch, height, width, 3]`
 * @returns features `[batch, height / outputStride, width / outputStride, 2048]` and low-level ones
 *   `[batch, height / 4, width / 4, 256]`
 *
 * Source: Chen et al., "Encoder-Decoder with Atrous Separable Convolution for Semantic Image Segmentation" (2018),
 * section 3.2 and figure 4.
 */
export function xception65(
  picture: SymbolicTensor,
  {outputStride, multiGrid, norm}: XceptionConfig,
): {features: SymbolicTensor; lowLevel: SymbolicTensor} {
  const schedule = atrousSchedule([2, ...MODULES.map(({stride}) => stride)], outputStride).slice(1);
  const root = {kernelSize: 3, activation: 'relu'} as const;
  let x = convUnit(picture, 32, {...root, name: 'xception_65/entry_flow/conv1_1', strides: 2}, norm);
  x = convUnit(x, 64, {...root, name: 'xception_65/entry_flow/conv1_2'}, norm);
  let lowLevel = x;
  MODULES.forEach((module, i) => {
    const layout = schedule[i] ?? {stride: 1, rate: 1};
    const {output, second} = xceptionModule(x, module, layout, multiGrid, norm);
    if (module.name.startsWith('entry_flow/block2')) lowLevel = second;
    x = output;
  });
  return {features: x, lowLevel};
}

/** A module's output and what its second convolution gives, before the stride. */
function xceptionModule(
  x: SymbolicTensor,
  module: Module,
  {stride, rate}: StrideAndRate,
  multiGrid: readonly number[],
  norm: Norm,
): {output: SymbolicTensor; second: SymbolicTensor} {
  const name = `xception_65/${module.name}/xception_module`;
  const isLast = module.skip === 'none';
  const rates = isLast ? multiGridRates(rate, multiGrid) : [rate, rate, rate];
  let second = x;
  const residual = module.filters.reduce((y, filters, i) => {
    const unit = {
      name: `${name}/separable_conv${i + 1}`,
      kernelSize: 3,
      rate: rates[i] ?? rate,
      strides: i === 2 ? stride : 1,
    };
    const out = isLast
      ? separableUnit(y, filters, {...unit, activation: 'relu'}, norm)
      : separableUnit(activated(y, 'relu', `${unit.name}/relu`), filters, unit, norm);
    if (i === 1) second = out;
    return out;
  }, x);
  if (isLast) return {output: residual, second};
  const kept =
    module.skip === 'sum' ? x : convUnit(x, module.filters[2], {name: `${name}/shortcut`, strides: stride}, norm);
  return {output: link(layers.add({name: `${name}/add`}), [residual, kept]), second};
}
