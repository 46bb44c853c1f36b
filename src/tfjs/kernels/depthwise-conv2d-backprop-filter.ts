import {DepthwiseConv2dNativeBackpropFilter} from '../core.ts';
import {filterBackprop} from './backprop.ts';

export const depthwiseConv2dBackpropFilter = filterBackprop(DepthwiseConv2dNativeBackpropFilter, 'depthwise');
