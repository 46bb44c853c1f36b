import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkBetween, checkCallback, checkInteger, checkSignal} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {checkOptions} from '../../core/options.ts';
import {asTensor4D} from '../blocks/tensors.ts';
import {polyLearningRate} from './poly-learning-rate.ts';
import {checkMultiplier} from './rate-multipliers.ts';
import {segmentationLoss} from './segmentation-loss.ts';

/** Pictures and their labels. */
export interface Batch {
  /** `[batch, height, width, 3]` */
  readonly images: tf.Tensor4D;
  /** `[batch, height, width]` */
  readonly labels: tf.Tensor;
}

export interface TrainOptions {
  readonly steps: number;
  /** The first learning rate, of the poly schedule. Default 0.007. */
  readonly learningRate?: number;
  /** Of the poly schedule. Default 0.9. */
  readonly power?: number;
  /** How much of the last step's direction goes on. Default 0.9. */
  readonly momentum?: number;
  /** Half the sum of squares of the kernels, times this, is added to the loss. Default 0.00004. */
  readonly weightDecay?: number;
  /**
   * A factor on the learning rate of each weight, by its name (`originalName`), from 0 to 1000: see `rateMultipliers`. What
   * has 0 stays as it is. Default 1 for all.
   */
  readonly multiplierOf?: (name: string) => number;
  /** The label of pixels that do not count. Default 255. */
  readonly voidLabel?: number;
  /** Called after each step. */
  readonly onStep?: (step: {readonly step: number; readonly loss: number; readonly learningRate: number}) => void;
  readonly signal?: AbortSignal;
}

const KEYS = [
  ...(['steps', 'learningRate', 'power', 'momentum', 'weightDecay', 'multiplierOf'] as const),
  ...(['voidLabel', 'onStep', 'signal'] as const),
];

/**
 * Trains a model as the papers do: momentum, the poly learning rate, cross-entropy over the pixels that are not void,
 * weight decay on kernels, and parts of the model at rates of their own where `multiplierOf` says so. What batch normalization does is the model's: see `freezeBatchNorm`.
 *
 * @param model from pictures to scores; its trainable weights are changed
 * @param next gives the batch of a step, which is disposed of after it
 * @returns the loss of each step, without the weight decay
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_OUT_OF_RANGE`; `ERR_NOT_FINITE` if the loss is
 *   no number any more. An abort rejects with the signal's reason.
 *
 * Source: Chen et al., "Rethinking Atrous Convolution for Semantic Image Segmentation" (2017), section 4.
 *
 * @example
 * const losses = await train(model, () => batch(), {steps: 1000, onStep: ({loss}) => console.log(loss)});
 */
export async function train(
  model: LayersModel,
  next: (step: number) => Batch | Promise<Batch>,
  options: TrainOptions,
): Promise<number[]> {
  const {
    steps,
    learningRate = 0.007,
    power = 0.9,
    momentum = 0.9,
    multiplierOf = () => 1,
    onStep,
    signal,
  } = checkOptions('options', options, KEYS);
  checkInteger('options.steps', steps, 1);
  checkBetween('options.momentum', momentum, 0, 1, 'closed');
  checkCallback('options.onStep', onStep);
  checkCallback('options.multiplierOf', multiplierOf);
  checkSignal('options.signal', signal);
  const rateAt = polyLearningRate({base: learningRate, steps, power});
  const weights = weightsOf(model, multiplierOf);
  const optimizer = tf.train.momentum(learningRate, momentum);
  const losses: number[] = [];
  try {
    for (let step = 0; step < steps; ++step) {
      signal?.throwIfAborted();
      optimizer.setLearningRate(rateAt(step));
      const loss = await trainStep({model, optimizer, weights}, await next(step), options);
      losses.push(loss);
      onStep?.({step, loss, learningRate: rateAt(step)});
    }
  } finally {
    optimizer.dispose();
  }
  return losses;
}

/** What is trained, and how. */
interface Training {
  readonly model: LayersModel;
  readonly optimizer: tf.Optimizer;
  readonly weights: readonly TrainedWeight[];
}

interface TrainedWeight {
  readonly variable: tf.Variable;
  /** On the learning rate. */
  readonly multiplier: number;
}

/** One step; gives back the loss without the weight decay. */
async function trainStep(
  {model, optimizer, weights}: Training,
  {images, labels}: Batch,
  options: TrainOptions,
): Promise<number> {
  const {weightDecay = 0.00004, voidLabel = 255} = options;
  const entropy = segmentationLoss({voidLabel});
  const variables = weights.map(({variable}) => variable);
  const kernels = variables.filter(({rank}) => rank === 4);
  const decay = (): tf.Scalar => tf.mul(tf.addN(kernels.map(kernel => tf.sum(tf.square(kernel)))), weightDecay / 2);
  const kept: tf.Scalar[] = [];
  const {value, grads} = optimizer.computeGradients(() => {
    const own = tf.keep(entropy(labels, asTensor4D("the model's output", model.apply(images, {training: true}))));
    kept.push(own);
    return weightDecay > 0 && kernels.length > 0 ? tf.add(own, decay()) : own;
  }, variables);
  const scaled = multiplied(grads, weights);
  optimizer.applyGradients(scaled);
  const [loss = NaN] = (await kept[0]?.data()) ?? [];
  tf.dispose([...kept, value, images, labels, ...Object.values(scaled)]);
  if (Number.isFinite(loss)) return loss;
  throw new DenseCrfError(
    'ERR_NOT_FINITE',
    `Expected a finite loss but received ${loss}: try a smaller options.learningRate`,
  );
}

/** Gradients times the multipliers: with momentum, that is a learning rate times them. Takes over those that it is given. */
function multiplied(grads: tf.NamedTensorMap, weights: readonly TrainedWeight[]): tf.NamedTensorMap {
  const factors = new Map(weights.map(({variable, multiplier}) => [variable.name, multiplier]));
  const entries = Object.entries(grads).map(([name, gradient]) => {
    const factor = factors.get(name) ?? 1;
    if (factor === 1) return [name, gradient] as const;
    const scaled = tf.mul(gradient, factor);
    gradient.dispose();
    return [name, scaled] as const;
  });
  return Object.fromEntries(entries);
}

/** The weights of a model that a step is to change. */
function weightsOf(model: LayersModel, multiplierOf: (name: string) => number): TrainedWeight[] {
  return model.trainableWeights.flatMap(weight => {
    const name = weight.originalName;
    const multiplier = checkMultiplier(`options.multiplierOf('${name}')`, multiplierOf(name));
    const variable = weight.read();
    return variable instanceof tf.Variable && multiplier > 0 ? [{variable, multiplier}] : [];
  });
}
