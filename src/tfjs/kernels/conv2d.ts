import {Conv2D} from '../core.ts';
import {convolution} from './convolution.ts';

export const conv2d = convolution(Conv2D, 'conv2d');
