import {DepthwiseConv2dNativeBackpropInput} from '../core.ts';
import {inputBackprop} from './backprop.ts';

export const depthwiseConv2dBackpropInput = inputBackprop(DepthwiseConv2dNativeBackpropInput, 'depthwise');
