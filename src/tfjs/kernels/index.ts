import {conv2d} from './conv2d.ts';
import {depthwiseConv2d} from './depthwise-conv2d.ts';
import {fusedConv2d} from './fused-conv2d.ts';
import {fusedDepthwiseConv2d} from './fused-depthwise-conv2d.ts';
import type {HotKernel} from './kernel.ts';

/** Every kernel that has a native form. */
export const hotKernels: readonly HotKernel[] = [conv2d, fusedConv2d, depthwiseConv2d, fusedDepthwiseConv2d];
