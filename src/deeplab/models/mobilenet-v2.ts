import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {atrousSchedule, type StrideAndRate} from '../blocks/output-stride.ts';
import {link} from '../layers/tensors.ts';
import {convUnit, depthwiseUnit, type Norm} from '../layers/units.ts';

/** Channels, number of units and stride of the first one, of each group of inverted residuals. */
const GROUPS = [
  {filters: 16, units: 1, stride: 1},
  {filters: 24, units: 2, stride: 2},
  {filters: 32, units: 3, stride: 2},
  {filters: 64, units: 4, stride: 2},
  {filters: 96, units: 3, stride: 1},
  {filters: 160, units: 3, stride: 2},
  {filters: 320, units: 1, stride: 1},
] as const;

export interface MobileNetV2Config {
  readonly outputStride: number;
  /** Factor on all channels. */
  readonly width: number;
  readonly norm: Norm;
}

/**
 * MobileNetV2 without its last convolution, at any output stride. Layers are named as in TensorFlow's public checkpoints.
 *
 * @param picture `[batch, height, width, 3]`
 * @returns features `[batch, height / outputStride, width / outputStride, 320 width]` and low-level ones, the third
 *   unit's after its depthwise convolution, `[batch, height / 4, width / 4, 144 width]`
 *
 * Source: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018), table 2 and section 6.3.
 */
export function mobileNetV2(
  picture: SymbolicTensor,
  {outputStride, width, norm}: MobileNetV2Config,
): {features: SymbolicTensor; lowLevel: SymbolicTensor} {
  const channels = (filters: number): number => Math.max(8, Math.round(filters * width));
  const units = GROUPS.flatMap(({filters, units: count, stride}) =>
    Array.from({length: count}, (_, i) => ({filters: channels(filters), stride: i === 0 ? stride : 1})),
  );
  const schedule = atrousSchedule([2, ...units.map(({stride}) => stride)], outputStride).slice(1);
  const root = {name: 'MobilenetV2/Conv', kernelSize: 3, strides: 2, activation: 'relu6'} as const;
  let x = convUnit(picture, channels(32), root, norm);
  let inputs = channels(32);
  let lowLevel = x;
  units.forEach(({filters}, i) => {
    const name = i === 0 ? 'MobilenetV2/expanded_conv' : `MobilenetV2/expanded_conv_${i}`;
    const layout = schedule[i] ?? {stride: 1, rate: 1};
    const {output, middle} = invertedResidual(x, {name, inputs, filters, expand: i > 0, layout}, norm);
    if (i === 2) lowLevel = middle;
    [x, inputs] = [output, filters];
  });
  return {features: x, lowLevel};
}

interface InvertedResidual {
  readonly name: string;
  readonly inputs: number;
  readonly filters: number;
  /** Whether a 1x1 convolution widens the input six times. */
  readonly expand: boolean;
  readonly layout: StrideAndRate;
}

/** A unit's output and what its depthwise convolution gives. */
function invertedResidual(
  x: SymbolicTensor,
  {name, inputs, filters, expand, layout: {stride, rate}}: InvertedResidual,
  norm: Norm,
): {output: SymbolicTensor; middle: SymbolicTensor} {
  const wide = expand ? convUnit(x, 6 * inputs, {name: `${name}/expand`, activation: 'relu6'}, norm) : x;
  const depthwise = {name: `${name}/depthwise`, strides: stride, rate, activation: 'relu6'} as const;
  const middle = depthwiseUnit(wide, depthwise, norm);
  const narrow = convUnit(middle, filters, {name: `${name}/project`}, norm);
  // Decided by the strides and channels, not by sizes: a unit whose stride became a rate has a shortcut only if its
  // channels allow it, as in TensorFlow.
  const output = stride === 1 && filters === inputs ? link(layers.add({name: `${name}/add`}), [narrow, x]) : narrow;
  return {output, middle};
}
