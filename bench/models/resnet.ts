// DeepLab v3 on ResNet-50 at output stride 16, as Chen et al. 2017 describe it, batch norm folded, with random weights.
import * as tf from '@tensorflow/tfjs-core';
import {Random} from '../lib/random.ts';

/** Blocks of bottlenecks: how many, how wide inside, stride of the first, rate of the others. */
const blocks = [
  {count: 3, width: 64, stride: 1, rate: 1},
  {count: 4, width: 128, stride: 2, rate: 1},
  {count: 6, width: 256, stride: 2, rate: 1},
  {count: 3, width: 512, stride: 1, rate: 2},
] as const;
const rates = [6, 12, 18] as const;
const [CLASSES, BRANCH] = [21, 256];

interface ConvOptions {
  readonly stride?: number;
  readonly rate?: number;
  readonly isLinear?: boolean;
}

/** The network, its weights on the backend that is set when it first runs. */
export class ResNet {
  readonly #random = new Random(7);
  readonly #weights: {filter: tf.Tensor4D; bias: tf.Tensor1D}[] = [];
  #next = 0;

  run(x: tf.Tensor4D): tf.Tensor[] {
    this.#next = 0;
    return [tf.tidy(() => tf.image.resizeBilinear(this.#head(this.#backbone(x)), [513, 513], true))];
  }

  dispose(): void {
    for (const {filter, bias} of this.#weights) tf.dispose([filter, bias]);
  }

  #backbone(x: tf.Tensor4D): tf.Tensor4D {
    let y = tf.maxPool(this.#conv(x, 7, 64, {stride: 2}), 3, 2, 'same');
    for (const {count, width, stride, rate} of blocks) {
      for (let i = 0; i < count; ++i) {
        const x = y;
        // As models of tfjs do: what a block no longer needs is gone when the next one begins.
        y = tf.tidy(() => this.#bottleneck(x, width, i === 0 ? stride : 1, rate, i === 0));
        x.dispose();
      }
    }
    return y;
  }

  #bottleneck(x: tf.Tensor4D, width: number, stride: number, rate: number, isFirst: boolean): tf.Tensor4D {
    const inner = this.#conv(this.#conv(x, 1, width), 3, width, {stride, rate: stride > 1 ? 1 : rate});
    const y = this.#conv(inner, 1, 4 * width, {isLinear: true});
    return tf.relu(tf.add(y, isFirst ? this.#conv(x, 1, 4 * width, {stride, isLinear: true}) : x));
  }

  #head(x: tf.Tensor4D): tf.Tensor4D {
    const [, height, width] = x.shape;
    const pooled = this.#conv(tf.mean(x, [1, 2], true), 1, BRANCH);
    const whole = tf.image.resizeBilinear(pooled, [height, width], true);
    const branches = [this.#conv(x, 1, BRANCH), ...rates.map(rate => this.#conv(x, 3, BRANCH, {rate}))];
    const joined = this.#conv(tf.concat([...branches, whole], 3), 1, BRANCH);
    return this.#conv(joined, 1, CLASSES, {isLinear: true});
  }

  #conv(x: tf.Tensor4D, kernel: number, channels: number, options: ConvOptions = {}): tf.Tensor4D {
    const {stride = 1, rate = 1, isLinear = false} = options;
    const index = this.#next++;
    const {filter, bias} = (this.#weights[index] ??= this.#makeWeights(kernel, x.shape[3], channels));
    const activation = isLinear ? 'linear' : 'relu';
    return tf.fused.conv2d({x, filter, strides: stride, pad: 'same', dilations: rate, bias, activation});
  }

  /** Of a size that keeps the signal's. */
  #makeWeights(kernel: number, inChannels: number, channels: number): {filter: tf.Tensor4D; bias: tf.Tensor1D} {
    const scale = Math.sqrt(6 / (kernel * kernel * inChannels));
    const values = new Float32Array(kernel * kernel * inChannels * channels);
    for (let i = 0; i < values.length; ++i) values[i] = scale * (2 * this.#random.uniform() - 1);
    const made = {
      filter: tf.tensor4d(values, [kernel, kernel, inChannels, channels]),
      bias: tf.tensor1d(new Float32Array(channels)),
    };
    tf.keep(made.filter);
    tf.keep(made.bias);
    return made;
  }
}
