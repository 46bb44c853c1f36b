// A kernel that tfjs does not have: graphs that `loadGraphModel` has rewritten ask for it.
import {convolution} from './convolution.ts';

/** Its name, and that of the op in graphs. */
export const AddConv2D = 'DenseCrfAddConv2D';

/** A convolution whose input `addend` is added before the activation. */
export const addConv2d = convolution(AddConv2D, 'conv2d');
