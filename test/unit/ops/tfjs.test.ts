// Shapes and values beside those of TensorFlow.js's cpu backend.
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import test, {type ExecutionContext} from 'ava';
import {
  argMax,
  avgPool,
  avgPoolGrad,
  conv2d,
  conv2dDerFilter,
  conv2dDerInput,
  depthwiseConv2d,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropInput,
  maxPool,
  maxPoolGrad,
  planConv2d,
  resizeBilinear,
  resizeBilinearGrad,
  separableConv2d,
  softmax,
  type Tensor,
  type Tensor4D,
  type WindowOptions,
} from '../../../src/ops/index.ts';
import {close, Random} from './oracle.ts';

const theirs = ({data, shape}: Tensor4D): tf.Tensor4D => tf.tensor4d(data, [...shape]);
type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

function same(t: ExecutionContext, ours: Tensor, expected: tf.Tensor, text: string): void {
  t.deepEqual([...ours.shape], expected.shape, text);
  close(t, ours.data, expected.dataSync<'float32'>(), text, 1e-5);
}

/** Runs a kernel of theirs that has no function of its own. */
function kernel(name: string, inputs: Record<string, Tensor4D>, attributes: object): tf.Tensor {
  const tensors = Object.entries(inputs).map(([key, tensor]) => [key, theirs(tensor)]);
  const [output] = [
    tf.engine().runKernel(name, Object.fromEntries(tensors) as tf.NamedTensorMap, {...attributes}),
  ].flat();
  return output!;
}

const pads: Pad[] = ['same', 'valid', 0, 1, 3, [[0, 0], [2, 1], [0, 2], [0, 0]]]; // prettier-ignore

test('output shapes are those of computeConv2DInfo', t => {
  let compared = 0;
  for (const [height, width] of [
    [1, 1],
    [5, 4],
    [9, 9],
    [10, 7],
  ] as const) {
    // prettier-ignore
    for (const kernel of [1, 2, 3, 5]) {
      for (const pad of pads) {
        for (const [strides, dilations] of [[1, 1], [2, 1], [3, 1], [1, 2], [2, 3]] as const) { // prettier-ignore
          for (const dimRoundingMode of [undefined, 'floor', 'round', 'ceil'] as const) {
            if (dimRoundingMode !== undefined && typeof pad === 'string') continue;
            const text = JSON.stringify({height, width, kernel, pad, strides, dilations, dimRoundingMode});
            const info = tf.backend_util.computeConv2DInfo(
              [2, height, width, 3],
              [kernel, kernel, 3, 4],
              strides,
              dilations,
              pad,
              dimRoundingMode,
            );
            const options = {strides, dilations, pad, dimRoundingMode} as WindowOptions;
            const filter: Tensor4D = {data: new Float32Array(kernel * kernel * 12), shape: [kernel, kernel, 3, 4]};
            const plan = () => planConv2d([2, height, width, 3], filter, options);
            if (info.outHeight > 0 && info.outWidth > 0) t.deepEqual(plan().outputShape, info.outShape as never, text);
            else t.throws(plan, {code: 'ERR_INVALID_SHAPE'}, text);
            ++compared;
          }
        }
      }
    }
  }
  t.is(compared, 4 * 4 * 5 * (2 + 4 * 4));
});

function writtenOut(pad: number): tf.backend_util.ExplicitPadding {
  return [[0, 0], [pad, pad], [pad, pad], [0, 0]]; // prettier-ignore
}

const random = new Random(7);
const x = random.tensor(2, 8, 8, 3);

for (const pad of pads) {
  for (const [strides, dilations] of [
    [1, 1],
    [[2, 1], 1],
    [1, [1, 2]],
    [1, 3],
  ] as const) {
    // prettier-ignore
    const title = JSON.stringify({pad, strides, dilations});
    const options = {strides, pad, dilations} as WindowOptions;
    // With a number, TensorFlow.js counts the columns by the vertical stride and dilation; written out it does not.
    const theirPad = typeof pad === 'number' ? writtenOut(pad) : pad;
    const tfStrides = strides as number | [number, number];
    const tfDilations = dilations as number | [number, number];

    test(`conv2d, ${title}`, t => {
      const filter = random.tensor(3, 3, 3, 4);
      const expected = tf.conv2d(theirs(x), theirs(filter), tfStrides, theirPad, 'NHWC', tfDilations);
      same(t, conv2d(x, filter, options), expected, 'conv2d');
    });

    test(`depthwise and separable, ${title}`, t => {
      const filter = random.tensor(3, 3, 3, 2);
      const pointwise = random.tensor(1, 1, 6, 5);
      const depthwise = tf.depthwiseConv2d(theirs(x), theirs(filter), tfStrides, theirPad, 'NHWC', tfDilations);
      same(t, depthwiseConv2d(x, filter, options), depthwise, 'depthwiseConv2d');
      const separable = tf.conv2d(depthwise, theirs(pointwise), 1, 'valid');
      same(t, separableConv2d(x, filter, pointwise, options), separable, 'separableConv2d');
    });

    if (dilations !== 1 || pad === 3) continue; // of a window of padding alone TensorFlow.js takes the mean, 0 / 0
    test(`pools, ${title}`, t => {
      same(t, maxPool(x, [3, 3], options), tf.maxPool(theirs(x), 3, tfStrides, theirPad), 'maxPool');
      same(t, avgPool(x, 3, options), tf.avgPool(theirs(x), 3, tfStrides, theirPad), 'avgPool');
    });

    // TensorFlow.js has no gradients of dilated or explicitly padded convolutions.
    if (typeof pad === 'object' || (typeof pad === 'number' && strides !== 1)) continue;
    const attributes = {strides: tfStrides, pad, dilations: 1};

    test(`gradients, ${title}`, t => {
      const filter = random.tensor(3, 3, 3, 2);
      const dy = random.tensor(...conv2d(x, filter, options).shape);
      const attrs = {...attributes, dataFormat: 'NHWC', inputShape: x.shape, filterShape: filter.shape};
      const dx = kernel('Conv2DBackpropInput', {dy, filter}, attrs);
      same(t, conv2dDerInput(x.shape, dy, filter, options), dx, 'conv2dDerInput');
      const dw = kernel('Conv2DBackpropFilter', {x, dy}, attrs);
      same(t, conv2dDerFilter(x, dy, filter.shape, options), dw, 'conv2dDerFilter');
    });

    test(`gradients of depthwise, ${title}`, t => {
      const filter = random.tensor(3, 3, 3, 2);
      const dy = random.tensor(...depthwiseConv2d(x, filter, options).shape);
      const attrs = {...attributes, inputShape: x.shape, filterShape: filter.shape};
      const dx = kernel('DepthwiseConv2dNativeBackpropInput', {dy, filter}, attrs);
      same(t, depthwiseConv2dNativeBackpropInput(x.shape, dy, filter, options), dx, 'by input');
      const dw = kernel('DepthwiseConv2dNativeBackpropFilter', {x, dy}, attrs);
      same(t, depthwiseConv2dNativeBackpropFilter(x, dy, filter.shape, options), dw, 'by filter');
    });

    if (pad !== 'same' && pad !== 'valid') continue;
    test(`gradients of pools, ${title}`, t => {
      const [output, attrs] = [maxPool(x, 3, options), {...attributes, filterSize: 3}];
      const dy = random.tensor(...output.shape);
      const max = kernel('MaxPoolGrad', {dy, input: x, output}, attrs);
      same(t, maxPoolGrad(x, dy, 3, options), max, 'maxPoolGrad');
      // Under padding theirs divides by the whole window, where their pool divides by less.
      if (pad === 'same') return;
      const mean = kernel('AvgPoolGrad', {dy, input: x}, attrs);
      same(t, avgPoolGrad(x.shape, dy, 3, options), mean, 'avgPoolGrad');
    });
  }
}

for (const activation of ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const) {
  test(`tf.fused.conv2d with ${activation}`, t => {
    const filter = random.tensor(3, 3, 3, 4);
    const [bias, slopes] = [random.floats(4), random.floats(4)];
    const preluActivationWeights = activation === 'prelu' ? slopes : undefined;
    const ours = conv2d(x, filter, {pad: 'same', bias, activation, leakyreluAlpha: 0.3, preluActivationWeights});
    const expected = tf.fused.conv2d({
      ...{x: theirs(x), filter: theirs(filter), strides: 1, pad: 'same', activation, leakyreluAlpha: 0.3},
      bias: tf.tensor1d(bias),
      ...(activation === 'prelu' ? {preluActivationWeights: tf.tensor3d(slopes, [1, 1, 4])} : {}),
    });
    same(t, ours, expected, activation);
  });
}

test('softmax and argMax', t => {
  const logits = random.tensor(2, 3, 5, 7);
  same(t, softmax(logits), tf.softmax(theirs(logits)), 'softmax');
  const {data, shape} = argMax(logits, -1);
  t.deepEqual([...shape], [2, 3, 5]);
  t.deepEqual(Array.from(data), Array.from(tf.argMax(theirs(logits), -1).dataSync()));
});

for (const [alignCorners, halfPixelCenters] of [
  [false, false],
  [true, false],
  [false, true],
] as const) {
  // prettier-ignore
  test(`resizeBilinear, ${alignCorners}, ${halfPixelCenters}`, t => {
    for (const size of [[5, 13], [16, 16], [8, 8], [1, 1]] as [number, number][]) { // prettier-ignore
      const options = {alignCorners, halfPixelCenters};
      const expected = tf.image.resizeBilinear(theirs(x), size, alignCorners, halfPixelCenters);
      same(t, resizeBilinear(x, size, options), expected, size.join());
      if (halfPixelCenters) continue; // which TensorFlow.js's gradient does not know
      const dy = random.tensor(2, ...size, 3);
      const dx = kernel('ResizeBilinearGrad', {images: x, dy}, {alignCorners});
      same(t, resizeBilinearGrad(x.shape, dy, options), dx, `gradient, ${size.join()}`);
    }
  });
}
