import {Conv2DBackpropInput} from '../core.ts';
import {inputBackprop} from './backprop.ts';

export const conv2dBackpropInput = inputBackprop(Conv2DBackpropInput, 'conv2d');
