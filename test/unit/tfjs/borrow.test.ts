// Values that are lent: the tensor's own, and its memory serves again afterwards.
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {accelerate, borrow} from '../../../src/tfjs/index.ts';
import {settings} from './backends.ts';

const SIZE = 200;
const picture = (): tf.Tensor2D => tf.tensor2d(Float32Array.from({length: SIZE * SIZE}, (_, i) => i), [SIZE, SIZE]); // prettier-ignore

for (const {backend, isAccelerated} of settings) {
  test.serial(`${backend}${isAccelerated ? ', accelerated' : ''}: what is borrowed is what dataSync gives`, async t => {
    await tf.setBackend(backend);
    const restore = isAccelerated ? accelerate(backend) : undefined;
    const x = picture();
    const tensors = [x, tf.neg(x), tf.argMax(x, -1), tf.cast(tf.argMax(x, -1), 'float32'), tf.greater(x, 5), tf.reshape(tf.relu(x), [-1])]; // prettier-ignore
    for (const tensor of tensors) {
      const values = borrow(tensor);
      t.deepEqual(values, tensor.dataSync());
      t.is(values.constructor, tensor.dataSync().constructor);
    }
    tf.dispose(tensors);
    restore?.();
  });
}

test.serial('densecrf: memory that was lent serves again, memory that was given does not', async t => {
  await tf.setBackend('densecrf');
  const x = picture();
  const buffers = (read: (y: tf.Tensor) => ArrayBufferView): number =>
    new Set(
      Array.from({length: 5}, () => {
        const y = tf.neg(x);
        const {buffer} = read(y);
        y.dispose();
        return buffer;
      }),
    ).size;
  t.is(buffers(y => borrow(y)), 1); // prettier-ignore
  t.is(buffers(y => y.dataSync()), 5); // prettier-ignore
  x.dispose();
});

test.serial('a tensor that is gone lends nothing', async t => {
  await tf.setBackend('densecrf');
  const y = tf.neg(picture());
  y.dispose();
  t.throws(() => borrow(y), {code: 'ERR_DISPOSED', message: /tensor of borrow .*\[200, 200\]/});
});
