import {conv2dBackpropFilter} from './conv2d-backprop-filter.ts';
import {conv2dBackpropInput} from './conv2d-backprop-input.ts';
import {conv2d} from './conv2d.ts';
import {depthwiseConv2dBackpropFilter} from './depthwise-conv2d-backprop-filter.ts';
import {depthwiseConv2dBackpropInput} from './depthwise-conv2d-backprop-input.ts';
import {depthwiseConv2d} from './depthwise-conv2d.ts';
import {fusedConv2d} from './fused-conv2d.ts';
import {fusedDepthwiseConv2d} from './fused-depthwise-conv2d.ts';
import type {HotKernel} from './kernel.ts';
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
];

/** Kernels that tfjs does not know: backends that can have them get them. */
export const ownKernels: readonly HotKernel[] = [separableConv2d];
