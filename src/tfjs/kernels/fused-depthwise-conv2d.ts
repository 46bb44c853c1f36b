import {FusedDepthwiseConv2D} from '../core.ts';
import {convolution} from './convolution.ts';

export const fusedDepthwiseConv2d = convolution(FusedDepthwiseConv2D, 'depthwise');
