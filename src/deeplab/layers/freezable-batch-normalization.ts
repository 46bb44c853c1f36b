import {add, mul, serialization, type Tensor, tidy} from '@tensorflow/tfjs-core';
import {initializers, layers, type LayerVariable, type Shape} from '@tensorflow/tfjs-layers';
import {checkBetween, checkPositive} from '../../core/checks.ts';
import {normalizeBatch, normalizeBy, type Statistics} from '../blocks/batch-norm.ts';
import {checkBoolean, checkConfig, type LayerConfig} from './config.ts';
import {onlyShape, onlyTensor, read1D} from './tensors.ts';

export interface FreezableBatchNormalizationConfig extends LayerConfig {
  /** Added to the variance. Default 0.001. */
  readonly epsilon?: number;
  /** How much of the moving statistics a training step keeps. Default 0.99. */
  readonly momentum?: number;
  /** Whether training normalizes by the moving statistics and leaves them alone. Default false. */
  readonly frozen?: boolean;
}

/**
 * Batch normalization whose statistics can be frozen, as the papers do it when they train at output stride 8 with
 * batches too small to measure anything. TensorFlow.js's own measures each batch in training whatever `trainable` says.
 *
 * Weights: `gamma`, `beta`, `moving_mean` and `moving_variance`, `[channels]`. Where a batch has a single value per
 * channel, as after image pooling of one picture, there is nothing to measure and the moving statistics are used.
 *
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "Rethinking Atrous Convolution for Semantic Image Segmentation" (2017), section 4, "Batch normalization".
 */
export class FreezableBatchNormalization extends layers.Layer {
  static readonly className = 'FreezableBatchNormalization';
  /** Whether training normalizes by the moving statistics and leaves them alone. */
  frozen: boolean;
  /** What is added to the variance. */
  readonly epsilon: number;
  readonly #momentum: number;
  private gamma: LayerVariable | undefined;
  private beta: LayerVariable | undefined;
  private movingMean: LayerVariable | undefined;
  private movingVariance: LayerVariable | undefined;

  constructor(config: FreezableBatchNormalizationConfig = {}) {
    super(checkConfig(FreezableBatchNormalization.className, config, ['epsilon', 'momentum', 'frozen']));
    // Not rounded to float32, so that a saved configuration reads as it was written.
    checkPositive('epsilon', config.epsilon ?? 1e-3);
    this.epsilon = config.epsilon ?? 1e-3;
    this.#momentum = checkBetween('momentum', config.momentum ?? 0.99, 0, 1, 'closed');
    this.frozen = checkBoolean('frozen', config.frozen ?? false);
  }

  override build(inputShape: Shape | Shape[]): void {
    const [, , , channels] = onlyShape(this.name, inputShape);
    const [zeros, ones] = [initializers.zeros(), initializers.ones()];
    this.gamma = this.addWeight('gamma', [channels], 'float32', ones);
    this.beta = this.addWeight('beta', [channels], 'float32', zeros);
    this.movingMean = this.addWeight('moving_mean', [channels], 'float32', zeros, undefined, false);
    this.movingVariance = this.addWeight('moving_variance', [channels], 'float32', ones, undefined, false);
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return onlyShape(this.name, inputShape);
  }

  override call(inputs: Tensor | Tensor[], {training}: {training?: boolean}): Tensor {
    return tidy(() => {
      const x = onlyTensor(inputs);
      const affine = {gamma: read1D(this.gamma), beta: read1D(this.beta), epsilon: this.epsilon};
      const measurable = x.size > x.shape[3];
      if (training === true && !this.frozen && measurable) {
        return normalizeBatch(x, affine, statistics => this.#learn(statistics));
      }
      const known = {mean: read1D(this.movingMean), variance: read1D(this.movingVariance)};
      return normalizeBy(x, known, affine);
    });
  }

  override getConfig(): serialization.ConfigDict {
    return {...super.getConfig(), epsilon: this.epsilon, momentum: this.#momentum, frozen: this.frozen};
  }

  #learn({mean, variance}: Statistics): void {
    const kept = this.#momentum;
    const moved = (variable: LayerVariable | undefined, seen: Tensor): void => {
      variable?.write(add(mul(read1D(variable), kept), mul(seen, 1 - kept)));
    };
    moved(this.movingMean, mean);
    moved(this.movingVariance, variance);
  }
}

serialization.registerClass(FreezableBatchNormalization);
