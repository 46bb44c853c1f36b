import {Conv2DBackpropFilter} from '../core.ts';
import {filterBackprop} from './backprop.ts';

export const conv2dBackpropFilter = filterBackprop(Conv2DBackpropFilter, 'conv2d');
