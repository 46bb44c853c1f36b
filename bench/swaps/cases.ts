// Calls of the replaced kernels, of the shapes that DeepLabs have: MobileNetV2 and ResNet-50 at output strides 16 and 8, the graph
// with SpaceToBatch, and the training of a head.
import type {NamedAttrMap} from '@tensorflow/tfjs-core';

type Shape = readonly number[];

export interface Case {
  readonly kernel: string;
  readonly title: string;
  /** What the layer before made. */
  readonly flow: Readonly<Record<string, Shape>>;
  /** Weights and the like. */
  readonly fixed?: Readonly<Record<string, Shape>>;
  readonly attrs?: NamedAttrMap;
  /** tfjs's cpu backend would take many seconds. */
  readonly isHeavy?: boolean;
}

const image = (size: number, channels: number): Shape => [1, size, size, channels];
const [size33, size65, size513] = [33, 65, 513];

interface Window {
  readonly size: number;
  readonly channels: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride?: number;
  readonly rate?: number;
  readonly activation?: string;
  readonly isHeavy?: boolean;
}

function convolution(kernel: string, of: Window): Case {
  const {size, channels, out, stride = 1, rate = 1, activation} = of;
  const isDepthwise = kernel.includes('Depthwise');
  const filter = [of.kernel, of.kernel, channels, isDepthwise ? 1 : out];
  const window = {strides: [stride, stride], pad: 'same', dataFormat: 'NHWC', dilations: [rate, rate]};
  const sides = `${of.kernel}x${of.kernel} ${channels}${isDepthwise ? '' : ` to ${out}`}`;
  return {
    kernel,
    title: `${sides}${rate > 1 ? `, rate ${rate}` : ''}${stride > 1 ? `, stride ${stride}` : ''}, at ${size}`,
    flow: {x: image(size, channels)},
    fixed: activation === undefined ? {filter} : {filter, bias: [out]},
    attrs: activation === undefined ? window : {...window, activation},
    isHeavy: of.isHeavy ?? false,
  };
}

/** Both backward passes of a 3x3 convolution; tfjs refuses dilations there. */
function backprops(kernel: string, channels: number, out: number): Case[] {
  const window = {strides: [1, 1], pad: 'same', dataFormat: 'NHWC', dilations: [1, 1]};
  const isDepthwise = kernel.startsWith('Depthwise');
  const filter = [3, 3, channels, isDepthwise ? 1 : out];
  const [x, dy] = [image(size33, channels), image(size33, out)];
  const title = `3x3 ${channels}${isDepthwise ? '' : ` to ${out}`}, at ${size33}`;
  const isHeavy = !isDepthwise;
  const byInput = {flow: {dy}, fixed: {filter}, attrs: {...window, inputShape: [...x]}};
  const byFilter = {flow: {x, dy}, attrs: {...window, filterShape: filter}};
  return [
    {kernel: `${kernel}BackpropInput`, title, isHeavy, ...byInput},
    {kernel: `${kernel}BackpropFilter`, title, isHeavy, ...byFilter},
  ];
}

/** The op of rewritten graphs; plain, it runs as its two halves. */
function separable(size: number, channels: number, out: number, rate: number, stride = 1): Case {
  const how = `${rate > 1 ? `, rate ${rate}` : ''}${stride > 1 ? `, stride ${stride}` : ''}`;
  return {
    kernel: 'DenseCrfSeparableConv2D',
    title: `3x3 ${channels} to ${out}${how}, at ${size}`,
    flow: {x: image(size, channels)},
    fixed: {
      depthwiseFilter: [3, 3, channels, 1],
      depthwiseBias: [channels],
      pointwiseFilter: [1, 1, channels, out],
      bias: [out],
    },
    attrs: {
      ...{strides: [stride, stride], pad: 'same', dataFormat: 'NHWC', dilations: [rate, rate]},
      ...{depthwiseActivation: 'relu6', depthwiseLeakyreluAlpha: 0.2, activation: 'linear', leakyreluAlpha: 0.2},
    },
    isHeavy: size > size33,
  };
}

const convolutions: readonly Case[] = [
  convolution('Conv2D', {size: size65, channels: 320, out: 256, kernel: 1, isHeavy: true}),
  convolution('Conv2D', {size: size33, channels: 96, out: 24, kernel: 1}),
  convolution('FusedConv2D', {size: size513, channels: 3, out: 32, kernel: 3, stride: 2, activation: 'relu6'}),
  convolution('FusedConv2D', {size: size33, channels: 96, out: 576, kernel: 1, activation: 'relu6'}),
  convolution('FusedConv2D', {size: size65, channels: 160, out: 960, kernel: 1, activation: 'relu6', isHeavy: true}),
  convolution('FusedConv2D', {size: size33, channels: 512, out: 512, kernel: 3, rate: 2, activation: 'relu', isHeavy: true}), // prettier-ignore
  convolution('FusedConv2D', {size: size33, channels: 2048, out: 256, kernel: 3, rate: 12, activation: 'relu', isHeavy: true}), // prettier-ignore
  convolution('DepthwiseConv2dNative', {size: size33, channels: 576, out: 576, kernel: 3}),
  convolution('DepthwiseConv2dNative', {size: size65, channels: 576, out: 576, kernel: 3, rate: 2}),
  convolution('FusedDepthwiseConv2D', {size: 257, channels: 96, out: 96, kernel: 3, stride: 2, activation: 'relu6'}),
  convolution('FusedDepthwiseConv2D', {size: size33, channels: 960, out: 960, kernel: 3, rate: 2, activation: 'relu6'}),
  separable(257, 96, 24, 1, 2),
  separable(size33, 576, 96, 1),
  separable(size33, 960, 160, 2),
  separable(size65, 960, 320, 4),
  ...backprops('Conv2D', 256, 256),
  ...backprops('DepthwiseConv2dNative', 256, 256),
];

const wide = image(size65, 256);
const scores = image(size513, 21);
const other = {a: wide, b: wide};

const elementwise: readonly Case[] = [
  {kernel: 'Add', title: 'residual, 160 at 33', flow: {a: image(size33, 160), b: image(size33, 160)}},
  {kernel: 'Add', title: 'residual, 2048 at 65', flow: {a: image(size65, 2048), b: image(size65, 2048)}},
  {kernel: 'Add', title: 'bias, 256 at 65', flow: {a: wide}, fixed: {b: [256]}},
  {kernel: 'Multiply', title: 'scalar, picture', flow: {a: image(size513, 3)}, fixed: {b: []}},
  {kernel: 'Sub', title: 'scalar, picture', flow: {a: image(size513, 3)}, fixed: {b: []}},
  ...['Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'SquaredDifference'].map(kernel => {
    return {kernel, title: '256 at 65', flow: other};
  }),
  {kernel: 'Prelu', title: '256 at 65', flow: {x: wide}, fixed: {alpha: [256]}},
  ...['Relu', 'Relu6', 'Elu', 'Sigmoid', 'Square', 'Sqrt', 'Rsqrt', 'Neg', 'Abs'].map(kernel => {
    return {kernel, title: '256 at 65', flow: {x: wide}};
  }),
  {kernel: 'LeakyRelu', title: '256 at 65', flow: {x: wide}, attrs: {alpha: 0.1}},
  {kernel: 'Step', title: '256 at 65', flow: {x: wide}, attrs: {alpha: 0}},
  {
    kernel: 'FusedBatchNorm',
    title: '256 at 65',
    flow: {x: wide},
    fixed: {mean: [256], variance: [256], offset: [256], scale: [256]},
    attrs: {varianceEpsilon: 1e-3},
  },
];

const pool = {filterSize: [3, 3], strides: [2, 2], pad: 'same'};
const whole = {filterSize: [size33, size33], strides: [1, 1], pad: 'valid'};
const stem = {x: image(257, 64), y: image(129, 64)};

const windows: readonly Case[] = [
  {kernel: 'MaxPool', title: '3x3, stride 2, 64 at 257', flow: {x: stem.x}, attrs: pool},
  {kernel: 'MaxPoolGrad', title: '3x3, stride 2, 64 at 257', flow: {dy: stem.y, input: stem.x, output: stem.y}, attrs: pool}, // prettier-ignore
  {kernel: 'AvgPool', title: 'whole, 320 at 33', flow: {x: image(size33, 320)}, attrs: whole},
  {kernel: 'AvgPoolGrad', title: 'whole, 320 at 33', flow: {dy: [1, 1, 1, 320], input: image(size33, 320)}, attrs: whole}, // prettier-ignore
  {
    kernel: 'ResizeBilinear',
    title: '21, 33 to 513',
    flow: {images: image(size33, 21)},
    attrs: {size: [size513, size513], alignCorners: true, halfPixelCenters: false},
  },
  {
    kernel: 'ResizeBilinear',
    title: '256, 1 to 33',
    flow: {images: image(1, 256)},
    attrs: {size: [size33, size33], alignCorners: true, halfPixelCenters: false},
  },
  {
    kernel: 'ResizeBilinearGrad',
    title: '21, 513 to 33',
    flow: {images: image(size33, 21), dy: scores},
    attrs: {alignCorners: true, halfPixelCenters: false},
  },
];

const branches = Object.fromEntries(Array.from({length: 5}, (_, i) => [String(i), image(size33, 256)]));
const block = {blockShape: [2, 2]};

const others: readonly Case[] = [
  {kernel: 'Concat', title: 'five branches of 256 at 33', flow: branches, attrs: {axis: 3}},
  {kernel: 'SplitV', title: 'five branches of 256 at 33', flow: {x: image(size33, 1280)}, attrs: {numOrSizeSplits: [256, 256, 256, 256, 256], axis: 3}}, // prettier-ignore
  {kernel: 'PadV2', title: 'picture to 513', flow: {x: [1, 375, 500, 3]}, attrs: {paddings: [[0, 0], [0, 138], [0, 13], [0, 0]], constantValue: 0}}, // prettier-ignore
  {kernel: 'Slice', title: 'scores to the picture', flow: {x: scores}, attrs: {begin: [0, 0, 0, 0], size: [1, 375, 500, 21]}}, // prettier-ignore
  {kernel: 'Tile', title: 'gradient of a mean, 256 at 65', flow: {x: [1, 1, 1, 256]}, attrs: {reps: [1, 65, 65, 1]}},
  {kernel: 'Transpose', title: '256 at 65, channels first', flow: {x: wide}, attrs: {perm: [0, 3, 1, 2]}},
  {kernel: 'SpaceToBatchND', title: '384 at 65, rate 2', flow: {x: image(size65, 384)}, attrs: {...block, paddings: [[2, 3], [2, 3]]}}, // prettier-ignore
  {kernel: 'BatchToSpaceND', title: '384 at 65, rate 2', flow: {x: [4, size33, size33, 384]}, attrs: {...block, crops: [[0, 1], [0, 1]]}}, // prettier-ignore
  {kernel: 'Mean', title: '2048 at 33', flow: {x: image(size33, 2048)}, attrs: {axis: [1, 2], keepDims: true}},
  {kernel: 'Sum', title: 'gradient of a bias, 256 at 65', flow: {x: wide}, attrs: {axis: [0, 1, 2], keepDims: false}},
  {kernel: 'ArgMax', title: '21 labels at 513', flow: {x: scores}, attrs: {axis: 3}},
  {kernel: 'Softmax', title: '21 labels at 513', flow: {logits: scores}, attrs: {dim: 3}},
  {kernel: 'BatchMatMul', title: '1089x256 by 256x21', flow: {a: [1, 1089, 256]}, fixed: {b: [1, 256, 21]}, attrs: {transposeA: false, transposeB: false}}, // prettier-ignore
  {kernel: '_FusedMatMul', title: '1089x256 by 256x21', flow: {a: [1, 1089, 256]}, fixed: {b: [1, 256, 21], bias: [21]}, attrs: {transposeA: false, transposeB: false, activation: 'linear'}}, // prettier-ignore
  {kernel: '_FusedMatMul', title: '1x2048 by 2048x256', flow: {a: [1, 1, 2048]}, fixed: {b: [1, 2048, 256], bias: [256]}, attrs: {transposeA: false, transposeB: false, activation: 'relu'}}, // prettier-ignore
];

/** At least one for each kernel that has a native form, but for our own. */
export const cases: readonly Case[] = [...convolutions, ...elementwise, ...windows, ...others];
