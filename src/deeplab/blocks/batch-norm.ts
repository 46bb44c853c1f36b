// Batch normalization over all axes but the last, with gradients that keep nothing but the input: the operators' own
// would keep every step of the way, which a network of a hundred layers has no room for.
import * as tf from '@tensorflow/tfjs-core';
import {asTensor} from './tensors.ts';

/** A gain and an offset for each channel. */
export interface Affine {
  readonly gamma: tf.Tensor1D;
  readonly beta: tf.Tensor1D;
  /** Added to the variance. */
  readonly epsilon: number;
}

/** What is known of each channel. */
export interface Statistics {
  readonly mean: tf.Tensor1D;
  readonly variance: tf.Tensor1D;
}

/**
 * y = gamma (x - mean) / sqrt(variance + epsilon) + beta with statistics that are given, as in inference. Differentiable
 * by x, gamma and beta.
 *
 * @param x `[batch, height, width, channels]`
 */
export function normalizeBy(x: tf.Tensor4D, {mean, variance}: Statistics, {gamma, beta, epsilon}: Affine): tf.Tensor4D {
  return differentiable(
    x,
    gamma,
    beta,
    () => ({mean, variance}),
    epsilon,
    (dy, scale) => tf.mul(dy, scale),
  );
}

/**
 * The same with the statistics of `x` itself, as in training, through which the gradient flows too.
 *
 * @param x `[batch, height, width, channels]`
 * @param learn is shown the statistics, which are gone after it returns
 *
 * Source: Ioffe and Szegedy, "Batch Normalization" (2015), algorithm 1 and section 3.
 */
export function normalizeBatch(x: tf.Tensor4D, affine: Affine, learn: (statistics: Statistics) => void): tf.Tensor4D {
  const {gamma, beta, epsilon} = affine;
  const count = x.size / Math.max(1, x.shape[3]);
  const measure = (): Statistics => {
    const statistics = statisticsOf(x);
    learn(statistics);
    return statistics;
  };
  return differentiable(x, gamma, beta, measure, epsilon, (dy, scale, centred, rsqrt, dGamma, dBeta) => {
    const fromMean = tf.div(dBeta, count);
    const fromVariance = tf.div(tf.mul(rsqrt, dGamma), count);
    return tf.mul(tf.sub(tf.sub(dy, tf.mul(centred, fromVariance)), fromMean), scale);
  });
}

/** The mean and variance of each channel. */
function statisticsOf(x: tf.Tensor4D): Statistics {
  const axes = [0, 1, 2];
  const mean = tf.mean<tf.Tensor1D>(x, axes);
  return {mean, variance: tf.mean<tf.Tensor1D>(tf.square(tf.sub(x, mean)), axes)};
}

type InputGradient = (
  dy: tf.Tensor,
  scale: tf.Tensor,
  centred: tf.Tensor,
  rsqrt: tf.Tensor,
  dGamma: tf.Tensor,
  dBeta: tf.Tensor,
) => tf.Tensor;

function differentiable(
  x: tf.Tensor4D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  measure: () => Statistics,
  epsilon: number,
  inputGradient: InputGradient,
): tf.Tensor4D {
  const run = tf.customGrad((...args) => {
    const save = args[3];
    const {mean, variance} = measure();
    if (typeof save === 'function') save([x, gamma, mean, variance]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const [input, gain, centre, spread] = saved.map(tensor => asTensor('saved', tensor));
      if (!input || !gain || !centre || !spread) throw new TypeError('four tensors were saved');
      const rsqrt = tf.rsqrt(tf.add(spread, epsilon));
      const centred = tf.sub(input, centre);
      const dBeta = tf.sum(dy, [0, 1, 2]);
      const dGamma = tf.mul(tf.sum(tf.mul(dy, centred), [0, 1, 2]), rsqrt);
      return [inputGradient(dy, tf.mul(gain, rsqrt), centred, rsqrt, dGamma, dBeta), dGamma, dBeta];
    };
    return {value: tf.batchNorm4d(x, mean, variance, beta, gamma, epsilon), gradFunc};
  });
  return run(x, gamma, beta);
}
