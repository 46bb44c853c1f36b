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
export type {Activation, EpilogueOptions} from './epilogue.ts';
export {type BatchNormOptions, foldBatchNorm} from './fold-batch-norm.ts';
export type {PlanOptions, SignalOptions} from './layer.ts';
export {matMul, matMulAsync, type MatMulOptions, planMatMul, type PlanMatMulOptions} from './mat-mul.ts';
export type {Plan, RunOptions} from './plan.ts';
export {avgPool, avgPoolGrad, globalAvgPool, maxPool, maxPoolGrad, type PoolOptions} from './pool.ts';
export {resizeBilinear, resizeBilinearGrad, type ResizeOptions} from './resize-bilinear.ts';
export {softmax} from './softmax.ts';
export type {Shape, Shape2D, Shape4D, Tensor, Tensor2D, Tensor4D} from './tensor.ts';
export type {ExplicitPadding, Pair, WindowOptions} from './window.ts';
