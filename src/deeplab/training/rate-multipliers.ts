import {checkBetween} from '../../core/checks.ts';
import {checkOptions} from '../../core/options.ts';

export interface RateMultiplierOptions {
  /** Of the layers that give the scores: fc8 of v1 and v2 on VGG-16, each branch of v2 on ResNet-101, `logits/semantic` of v3 and v3+. Default 1. */
  readonly classifier?: number;
  /** Of what else is between backbone and scores: LargeFOV, ASPP, the decoder. Default 1. */
  readonly head?: number;
  /** Of the backbone; 0 leaves it as it is. Default 1. */
  readonly backbone?: number;
  /** Of biases, times that of their layer. Batch normalization has none. Default 1. */
  readonly bias?: number;
}

const KEYS = ['classifier', 'head', 'backbone', 'bias'] as const;

const CLASSIFIER = /(^|\/)(fc8(_\d+)?|fc1_c\d+|logits\/semantic)\//;
const HEAD = /(^|\/)(large_fov|aspp|decoder|logits)\//;

/**
 * Factors on the learning rate by which parts of a model of this package are trained, for `train`.
 *
 * | system | multipliers |
 * |---|---|
 * | v1, v2 in Caffe | `{classifier: 10, bias: 2}`, hence 20 for the classifier's bias |
 * | v3, v3+ in TensorFlow | `{bias: 2}`; `classifier` and `head` at will |
 *
 * @returns the factor of a weight, by its name (`originalName` of the model's weights)
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "Semantic Image Segmentation with Deep Convolutional Nets and Fully Connected CRFs" (2015), section
 * 4.1, and "DeepLab" (2017), section 4: 0.001, and 0.01 for the final classifier layer; lr_mult of their Caffe models; of v3
 * and v3+ get_model_gradient_multipliers in deeplab/utils/train_utils.py of TensorFlow's models, last_layer_gradient_multiplier
 * being 1 by default.
 *
 * @example
 * await train(model, batch, {steps: 6000, learningRate: 0.001, multiplierOf: rateMultipliers({classifier: 10, bias: 2})});
 */
export function rateMultipliers(options: RateMultiplierOptions = {}): (name: string) => number {
  const {classifier = 1, head = 1, backbone = 1, bias = 1} = checkOptions('options', options, KEYS);
  const factors = {classifier, head, backbone, bias};
  for (const key of KEYS) checkMultiplier(`options.${key}`, factors[key]);
  return name => {
    const ofLayer = CLASSIFIER.test(name) ? classifier : HEAD.test(name) ? head : backbone;
    return name.endsWith('/bias') ? ofLayer * bias : ofLayer;
  };
}

/** @throws {DenseCrfError} unless it is a number from 0 to 1000 */
export function checkMultiplier(name: string, value: number): number {
  return checkBetween(name, value, 0, 1000, 'closed');
}
