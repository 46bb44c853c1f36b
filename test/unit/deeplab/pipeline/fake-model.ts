// Models whose answers are known.
import type {SegmentationModel} from '../../../../src/deeplab/pipeline/model.ts';
import * as tf from '../../../../src/tfjs/core.ts';

export interface FakeOptions {
  /** Of the input, null where it is free. Default 33 x 33. */
  readonly size?: readonly [height: number | null, width: number | null];
  readonly dtype?: 'float32' | 'int32';
  readonly outputs?: readonly string[];
}

/** A model that computes its outputs from its input, and keeps the shapes of all inputs it saw. */
export class FakeModel implements SegmentationModel {
  readonly inputs;
  readonly outputs;
  readonly seen: number[][] = [];
  readonly #compute: (x: tf.Tensor4D) => tf.Tensor | tf.Tensor[];

  constructor(compute: (x: tf.Tensor4D) => tf.Tensor | tf.Tensor[], options: FakeOptions = {}) {
    const {size = [33, 33], dtype = 'float32', outputs = ['scores']} = options;
    this.inputs = [{name: 'picture', shape: [1, ...size, 3], dtype}];
    this.outputs = outputs.map(name => ({name}));
    this.#compute = compute;
  }

  predict(x: tf.Tensor): tf.Tensor | tf.Tensor[] {
    this.seen.push(x.shape);
    return this.#compute(x as tf.Tensor4D);
  }
}

/** Scores of two classes for each pixel: how blue and how red it is, a row and a column for every `stride` pixels. */
export function redOrBlue(x: tf.Tensor4D, stride = 1): tf.Tensor4D {
  const [, height, width] = x.shape;
  const size: [number, number] = [Math.ceil((height - 1) / stride) + 1, Math.ceil((width - 1) / stride) + 1];
  const small = stride === 1 ? x : tf.image.resizeBilinear(x, size, true);
  return tf.gather(small, tf.tensor1d([0, 2], 'int32'), 3);
}
