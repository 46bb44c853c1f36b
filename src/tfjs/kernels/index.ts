import {addConv2d} from './add-conv2d.ts';
import {binaryKernels} from './binary.ts';
import {conv2dBackpropFilter} from './conv2d-backprop-filter.ts';
import {conv2dBackpropInput} from './conv2d-backprop-input.ts';
import {conv2d} from './conv2d.ts';
import {depthwiseConv2dBackpropFilter} from './depthwise-conv2d-backprop-filter.ts';
import {depthwiseConv2dBackpropInput} from './depthwise-conv2d-backprop-input.ts';
import {depthwiseConv2d} from './depthwise-conv2d.ts';
import {fusedBatchNorm} from './fused-batch-norm.ts';
import {fusedConv2d} from './fused-conv2d.ts';
import {fusedDepthwiseConv2d} from './fused-depthwise-conv2d.ts';
import type {HotKernel} from './kernel.ts';
import {matMulKernels} from './mat-mul.ts';
import {poolKernels} from './pool.ts';
import {rearrangeKernels} from './rearrange.ts';
import {reduceKernels} from './reduce.ts';
import {resizeBilinear, resizeBilinearGrad} from './resize-bilinear.ts';
import {spaceToBatchKernels} from './space-to-batch.ts';
import {unaryKernels} from './unary.ts';
import {separableConv2d} from './separable-conv2d.ts';

/** Every kernel that has a native form. */
export const hotKernels: readonly HotKernel[] = [
  conv2d,
  conv2dBackpropFilter,
  conv2dBackpropInput,
  depthwiseConv2d,
  depthwiseConv2dBackpropFilter,
  depthwiseConv2dBackpropInput,
  fusedConv2d,
  fusedDepthwiseConv2d,
  fusedBatchNorm,
  resizeBilinear,
  resizeBilinearGrad,
  ...binaryKernels,
  ...matMulKernels,
  ...poolKernels,
  ...rearrangeKernels,
  ...reduceKernels,
  ...spaceToBatchKernels,
  ...unaryKernels,
];

/** Kernels that tfjs does not know: backends that can have them get them. */
export const ownKernels: readonly HotKernel[] = [addConv2d, separableConv2d];
