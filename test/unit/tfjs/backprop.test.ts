// The backward passes of convolutions as kernels of tfjs.
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import '../../../src/tfjs/index.ts';
import {close, Random} from '../ops/oracle.ts';

const shapes = [
  {x: [2, 13, 12, 5], kernel: [3, 2], last: 7},
  {x: [1, 6, 7, 3], kernel: [1, 1], last: 1},
  {x: [1, 15, 15, 16], kernel: [3, 3], last: 2},
] as const;

for (const backward of ['Conv2DBackprop', 'DepthwiseConv2dNativeBackprop']) {
  for (const pad of ['same', 'valid', 1] as const) {
    for (const strides of [1, 2, 3] as const) {
      test.serial(`${backward} as on cpu: pad ${pad}, strides ${strides}`, async t => {
        const random = new Random(1);
        for (const {x: xShape, kernel, last} of shapes) {
          const filterShape = [...kernel, xShape[3], last] as const;
          const {outShape: dyShape} = tf.backend_util.computeConv2DInfo(
            [...xShape],
            [...filterShape],
            strides,
            1,
            pad,
            'floor',
            backward.startsWith('Depthwise'),
          );
          const values = [xShape, filterShape, dyShape].map(shape => random.floats(tf.util.sizeFromShape([...shape])));
          const attrs = {strides, pad, dilations: 1, dataFormat: 'NHWC', dimRoundingMode: 'floor'};
          const run = (): Float32Array[] =>
            tf.tidy(() => {
              const [x, filter, dy] = [xShape, filterShape, dyShape].map((shape, i) =>
                tf.tensor(values[i]!, [...shape]),
              );
              const results: [string, tf.NamedTensorMap, tf.NamedAttrMap][] = [
                ['Input', {dy: dy!, filter: filter!}, {...attrs, inputShape: [...xShape]}],
                ['Filter', {x: x!, dy: dy!}, {...attrs, filterShape: [...filterShape]}],
              ];
              return results.map(([by, inputs, all]) =>
                tf
                  .engine()
                  .runKernel<tf.Tensor>(backward + by, inputs, all)
                  .dataSync<'float32'>(),
              );
            });
          await tf.setBackend('cpu');
          const expected = run();
          await tf.setBackend('densecrf');
          run().forEach((actual, i) => close(t, actual, expected[i]!, `${xShape.join()}, ${['input', 'filter'][i]!}`));
        }
      });
    }
  }
}

test.serial('what they do not take falls through to tfjs', async t => {
  await tf.setBackend('densecrf');
  const [dy, filter] = [tf.ones<tf.Rank.R4>([1, 2, 4, 4]), tf.ones<tf.Rank.R4>([1, 1, 3, 2])];
  const attrs = {strides: 1, pad: 'same', dataFormat: 'NCHW', inputShape: [1, 3, 4, 4]};
  const dx = tf.engine().runKernel<tf.Tensor>('Conv2DBackpropInput', {dy, filter}, attrs);
  t.deepEqual(dx.shape, [1, 3, 4, 4]);
  t.deepEqual([...new Set(dx.dataSync())], [2]);
});
