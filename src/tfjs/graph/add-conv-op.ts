// How a rewritten graph runs convolutions that add something before their activation.
import type {GraphNode} from '@tensorflow/tfjs-converter';
import {fused, type Tensor} from '../core.ts';
import {addConv2d, AddConv2D} from '../kernels/add-conv2d.ts';
import {checkFilter, checkPicture, convolveAndAdd, epilogueOf, runNatively, windowOf} from './own-op.ts';

/** Runs an op {@link AddConv2D} of a graph: natively, or as a convolution, an addition and an activation. */
export function executeAddConv2d(node: GraphNode): Tensor {
  const [first, second, ...more] = node.inputs;
  const [x, filter] = [checkPicture(AddConv2D, first), checkFilter(AddConv2D, second)];
  const bias = node.attrs.bias === true ? more.shift() : undefined;
  const [addend] = more;
  const [window, epilogue] = [windowOf(node), epilogueOf(node)];
  const given = {x, filter, ...(bias && {bias})};
  const native = addend && runNatively(addConv2d, {...given, addend}, {...window, ...epilogue});
  return native ?? convolveAndAdd(last => fused.conv2d({...given, ...window, ...last}), addend, epilogue);
}
