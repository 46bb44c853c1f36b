// enableAtrousTraining and its way back.
import {execFile} from 'node:child_process';
import {promisify} from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import test from 'ava';
import {enableAtrousTraining} from '../../../../src/tfjs/gradients/index.ts';
import '../backends.ts';

const x = tf.tensor4d(Array.from({length: 50}, Math.sin), [1, 5, 5, 2]);
const filter = tf.tensor4d(Array.from({length: 36}, Math.cos), [3, 3, 2, 2]);
const ofConv2d = (): tf.Tensor => tf.grad(v => tf.conv2d(v as tf.Tensor4D, filter, 1, 'same', 'NHWC', 2))(x);
const ofFused = (): tf.Tensor =>
  tf.grad(v => tf.fused.conv2d({x: v as tf.Tensor4D, filter, strides: 1, pad: 'same', dilations: 2}))(x);

test.before(() => tf.setBackend('cpu'));

test.serial('tfjs is afterwards what it was before, to the letter', t => {
  const gradients = ['Conv2D', 'DepthwiseConv2dNative'].map(name => tf.getGradient(name));
  const kernels = tf.getKernelsForBackend('cpu');
  const restore = enableAtrousTraining();
  t.notThrows(ofConv2d);
  t.notThrows(ofFused);
  restore();
  t.deepEqual(
    ['Conv2D', 'DepthwiseConv2dNative'].map(name => tf.getGradient(name)),
    gradients,
  );
  t.deepEqual(new Set(tf.getKernelsForBackend('cpu')), new Set(kernels));
  t.false(Object.hasOwn(tf.engine(), 'customGrad') || Object.hasOwn(tf.engine(), 'runKernel'));
  t.throws(ofConv2d, {message: /dilation rates greater than 1/});
  t.throws(ofFused, {message: /dilation rates greater than 1/});
});

test.serial('calling either of them again changes nothing', t => {
  const restore = enableAtrousTraining();
  t.is(enableAtrousTraining(), restore);
  restore();
  restore();
  t.throws(ofConv2d);
  const again = enableAtrousTraining();
  restore();
  t.notThrows(ofConv2d);
  again();
  t.throws(ofConv2d);
});

test.serial('convolutions without dilations keep the gradient of tfjs', async t => {
  const restore = enableAtrousTraining();
  const run = (): tf.Tensor[] => [
    tf.grad(v => tf.conv2d(v as tf.Tensor4D, filter, 2, 'same'))(x),
    tf.grad(v => tf.depthwiseConv2d(v as tf.Tensor4D, filter, 2, 'same'))(x),
    tf.grad(v => tf.fused.conv2d({x: v as tf.Tensor4D, filter, strides: 2, pad: 'same'}))(x),
  ];
  const {kernelNames} = await tf.profile(() => run());
  t.true(kernelNames.includes('Conv2DBackpropInput') && kernelNames.includes('DepthwiseConv2dNativeBackpropInput'));
  t.deepEqual(
    kernelNames.filter(name => name.startsWith('Atrous')),
    [],
  );
  restore();
});

test.serial('a gradient that somebody brings for the same kernel is left alone', t => {
  const restore = enableAtrousTraining();
  const own = tf.customGrad(v => {
    const attrs = {strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 2, activation: 'linear'};
    const value = tf.engine().runKernel<tf.Tensor>('FusedConv2D', {x: v as tf.Tensor, filter}, attrs);
    return {value, gradFunc: dy => tf.onesLike(dy)};
  });
  t.deepEqual(
    [
      ...new Set(
        tf
          .grad(v => own(v))(x)
          .dataSync(),
      ),
    ],
    [1],
  );
  restore();
});

test.serial('NCHW, where a backend has it', t => {
  const restore = enableAtrousTraining();
  const first = tf.transpose(x, [0, 3, 1, 2]);
  for (const pad of [
    'same',
    1,
    [
      [0, 0],
      [0, 0],
      [2, 1],
      [0, 3],
    ],
  ] as const) {
    // prettier-ignore
    const explicit = pad as 'same';
    const last = (typeof pad === 'object' ? [pad[0], pad[2], pad[3], pad[1]] : pad) as 'same';
    const [ofLast, ofFilter] = tf.grads((v, f) => tf.conv2d(v as tf.Tensor4D, f as tf.Tensor4D, 1, last, 'NHWC', 2))([
      x,
      filter,
    ]);
    const [ofFirst, ofFilterFirst] = tf.grads((v, f) =>
      tf.conv2d(v as tf.Tensor4D, f as tf.Tensor4D, 1, explicit, 'NCHW', 2),
    )([first, filter]);
    t.deepEqual(tf.transpose(ofFirst!, [0, 2, 3, 1]).dataSync(), ofLast!.dataSync());
    t.deepEqual(ofFilterFirst!.dataSync(), ofFilter!.dataSync());
  }
  restore();
});

test('where tfjs has no gradients yet, an error says whom to import', async t => {
  const door = new URL('../../../../src/tfjs/gradients/index.ts', import.meta.url).href;
  const program = `
    const {enableAtrousTraining} = await import('${door}');
    try {
      enableAtrousTraining();
    } catch (error) {
      console.log(error.code, error.message);
    }`;
  const args = ['--import=tsx', '--input-type=module', '--eval', program];
  const {stdout} = await promisify(execFile)(process.execPath, args);
  t.regex(stdout, /^ERR_MISSING_DEPENDENCY .*@tensorflow\/tfjs-layers/);
});
