import {FusedConv2D} from '../core.ts';
import {convolution} from './convolution.ts';

export const fusedConv2d = convolution(FusedConv2D, 'conv2d');
