import {DepthwiseConv2dNative} from '../core.ts';
import {convolution} from './convolution.ts';

export const depthwiseConv2d = convolution(DepthwiseConv2dNative, 'depthwise');
