// Kernels of pictures with their channels last, for pictures with their channels first too. tfjs's own kernels refuse these on wasm,
// and its depthwise ones take them for pictures of the other order.
import {fromLast, lastOf, toLast} from '../../ops/data-format.ts';
import type {Shape4D} from '../../ops/tensor.ts';
import type {TensorInfo} from '../core.ts';
import type {Storage} from '../storage/storage.ts';
import type {KernelDefinition, Optional} from './kernel.ts';
import type {WindowAttrs} from './window.ts';

interface Inputs {
  x?: TensorInfo;
  dy?: TensorInfo;
  bias?: Optional<TensorInfo>;
  preluActivationWeights?: Optional<TensorInfo>;
}

/** Attributes of a kernel with a window on pictures. */
export interface PictureAttrs extends WindowAttrs {
  dataFormat?: Optional<string>;
  inputShape?: readonly number[];
}

/**
 * The same kernel for both values of the attribute `dataFormat`: `'NCHW'` is copied into the other order and back.
 *
 * @param gives whether the result is a picture, or a filter, whose axes have one order alone
 */
export function inEitherOrder<I extends Inputs, A extends PictureAttrs>(
  kernel: KernelDefinition<I, A>,
  gives: 'picture' | 'filter' = 'picture',
): KernelDefinition<I, A> {
  return {
    kernelName: kernel.kernelName,
    accepts(inputs, attrs) {
      if (attrs.dataFormat !== 'NCHW') return kernel.accepts(inputs, attrs);
      const {x, dy} = inputs;
      const arePictures = [x, dy].every(tensor => tensor === undefined || tensor.shape.length === 4);
      return arePictures && kernel.accepts(mapInputs(inputs, asLast), lastAttrs(attrs));
    },
    run(storage, inputs, attrs) {
      if (attrs.dataFormat !== 'NCHW') return kernel.run(storage, inputs, attrs);
      const copies: TensorInfo[] = [];
      const last = mapInputs(inputs, tensor => {
        const copy = copyToLast(storage, tensor);
        copies.push(copy);
        return copy;
      });
      const result = kernel.run(storage, last, lastAttrs(attrs));
      copies.forEach(copy => storage.dispose(copy));
      if (gives === 'filter') return result;
      return Array.isArray(result)
        ? result.map(picture => moveToFirst(storage, picture))
        : moveToFirst(storage, result);
    },
  };
}

function mapInputs<I extends Inputs>(inputs: I, change: (picture: TensorInfo) => TensorInfo): I {
  const {x, dy, bias, preluActivationWeights} = inputs;
  return {
    ...inputs,
    ...(x && {x: change(x)}),
    ...(dy && {dy: change(dy)}),
    ...(bias && {bias: perChannel(bias)}),
    ...(preluActivationWeights && {preluActivationWeights: perChannel(preluActivationWeights)}),
  };
}

/** One value for each channel: `[channels, 1, 1]` there, `[channels]` here. */
function perChannel(tensor: TensorInfo): TensorInfo {
  const [channels = 1, ...ones] = tensor.shape;
  const {dataId, dtype} = tensor;
  return ones.join() === '1,1' ? {dataId, dtype, shape: [channels]} : tensor;
}

function asLast({dataId, dtype, shape}: TensorInfo): TensorInfo {
  return {dataId, dtype, shape: [...lastOf(fourOf(shape), true)]};
}

function copyToLast(storage: Storage, tensor: TensorInfo): TensorInfo {
  const copy = storage.make(lastOf(fourOf(tensor.shape), true), 'float32');
  storage.floats(copy).set(toLast({data: storage.floats(tensor), shape: fourOf(tensor.shape)}, true).data);
  return copy;
}

function moveToFirst(storage: Storage, tensor: TensorInfo): TensorInfo {
  const {data, shape} = fromLast({data: storage.floats(tensor), shape: fourOf(tensor.shape)}, true);
  const moved = storage.make(shape, 'float32');
  storage.floats(moved).set(data);
  storage.dispose(tensor);
  return moved;
}

function lastAttrs<A extends PictureAttrs>(attrs: A): A {
  const {pad, inputShape} = attrs;
  const [batch, channels, rows, columns] = Array.isArray(pad) ? pad : [];
  return {
    ...attrs,
    dataFormat: 'NHWC',
    ...(batch && channels && rows && columns && {pad: [batch, rows, columns, channels]}),
    ...(inputShape && {inputShape: lastOf(fourOf(inputShape), true)}),
  };
}

function fourOf([a = 1, b = 1, c = 1, d = 1]: readonly number[]): Shape4D {
  return [a, b, c, d];
}
