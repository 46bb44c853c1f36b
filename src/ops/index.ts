export {argMax, type IntTensor} from './arg-max.ts';
export type {FilterGradientOptions, InputGradientOptions, PlanInputGradientOptions} from './conv-gradients.ts';
export {conv2d, conv2dAsync, type Conv2dOptions, planConv2d, type PlanConv2dOptions} from './conv2d.ts';
export {
  conv2dDerFilter,
  conv2dDerFilterAsync,
  conv2dDerInput,
  conv2dDerInputAsync,
  planConv2dDerInput,
} from './conv2d-gradients.ts';
export type {ImageFormatOptions} from './data-format.ts';
export {
  depthwiseConv2d,
  depthwiseConv2dAsync,
  type DepthwiseConv2dOptions,
  planDepthwiseConv2d,
  type PlanDepthwiseConv2dOptions,
} from './depthwise-conv2d.ts';
export {
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropFilterAsync,
  depthwiseConv2dNativeBackpropInput,
  depthwiseConv2dNativeBackpropInputAsync,
  planDepthwiseConv2dNativeBackpropInput,
} from './depthwise-conv2d-gradients.ts';
export type {Activation, EpilogueOptions} from './epilogue.ts';
export {type BatchNormOptions, foldBatchNorm} from './fold-batch-norm.ts';
export type {PlanOptions, SignalOptions} from './layer.ts';
export {matMul, matMulAsync, type MatMulOptions, planMatMul, type PlanMatMulOptions} from './mat-mul.ts';
export type {OutputOptions} from './output.ts';
export type {Plan, RunOptions} from './plan.ts';
export {
  avgPool,
  avgPoolGrad,
  globalAvgPool,
  maxPool,
  maxPoolGrad,
  type PoolGradOptions,
  type PoolOptions,
} from './pool.ts';
export {resizeBilinear, resizeBilinearGrad, type ResizeGradOptions, type ResizeOptions} from './resize-bilinear.ts';
export {
  planSeparableConv2d,
  type PlanSeparableConv2dOptions,
  separableConv2d,
  separableConv2dAsync,
  type SeparableConv2dOptions,
} from './separable-conv2d.ts';
export {softmax} from './softmax.ts';
export type {Shape, Shape2D, Shape4D, Tensor, Tensor2D, Tensor4D} from './tensor.ts';
export type {ExplicitPadding, Pair, WindowOptions} from './window.ts';
