import {checkArray, checkLength} from '../../core/arrays.ts';
import {checkInteger} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {checkOptions} from '../../core/options.ts';
import {checkLabelMap, type LabelMap} from '../../crf/label-map.ts';

/** Options of {@link ConfusionMatrix}. */
export interface EvaluationOptions {
  /** How many classes there are, 1 to 65535. */
  classes: number;
  /** The value of the ground truth that means "do not count this pixel". Default 255. */
  voidLabel?: number | undefined;
}

/** How often each class was taken for each other, over any number of pictures, and what follows from it. */
export class ConfusionMatrix {
  readonly classes: number;
  readonly voidLabel: number;
  /** `[classes, classes]`: pixels of each class of the ground truth (rows) that were given each label (columns). */
  readonly counts: Float64Array;

  /** @throws {DenseCrfError} `ERR_OUT_OF_RANGE` for a number of classes or a void label that cannot be */
  constructor(options: EvaluationOptions) {
    checkOptions('the options of ConfusionMatrix', options, ['classes', 'voidLabel']);
    this.classes = checkInteger('classes', options.classes, 1, 65535);
    this.voidLabel = checkInteger('voidLabel', options.voidLabel ?? 255, 0);
    this.counts = new Float64Array(this.classes ** 2);
  }

  /**
   * Counts a picture. Nothing is counted if anything is wrong.
   *
   * @param labels what was found, a label for each pixel
   * @param truth what is there, a label or `voidLabel` for each pixel
   * @param mask only pixels where it is not 0 count, such as those of a {@link trimap}
   * @throws {DenseCrfError} `ERR_INVALID_SHAPE` if the arrays differ in length, `ERR_OUT_OF_RANGE` for a label of no class
   */
  add(labels: LabelMap, truth: LabelMap, mask?: Uint8Array): this {
    checkLabelMap('truth', truth);
    checkLength('labels', checkLabelMap('labels', labels), truth.length, 'as truth does');
    if (mask) checkLength('mask', checkArray('mask', mask, 'Uint8Array'), truth.length, 'as truth does');
    const counts = new Float64Array(this.counts.length);
    for (let i = 0; i < truth.length; ++i) {
      const expected = truth[i] ?? 0;
      if (expected === this.voidLabel || mask?.[i] === 0) continue;
      const found = labels[i] ?? 0;
      if (!this.#isClass(expected)) throw this.#noClass('truth', expected, i);
      if (!this.#isClass(found)) throw this.#noClass('labels', found, i);
      const cell = expected * this.classes + found;
      counts[cell] = (counts[cell] ?? 0) + 1;
    }
    this.#sum(counts);
    return this;
  }

  /** Adds what another matrix of the same classes has counted. */
  merge(other: ConfusionMatrix): this {
    this.#sum(checkLength('the counts of other', other.counts, this.counts.length, `for ${this.classes} classes`));
    return this;
  }

  /** Pixels counted. */
  get pixels(): number {
    return this.counts.reduce((sum, pixels) => sum + pixels, 0);
  }

  /** Intersection over union of each class, 0 to 1; NaN for one that neither occurs nor was found. */
  get intersectionOverUnion(): Float64Array {
    return Float64Array.from({length: this.classes}, (_, label) => {
      const both = this.#cell(label, label);
      return both / (this.#truthOf(label) + this.#foundOf(label) - both);
    });
  }

  /** The share of each class's pixels that got its label, 0 to 1; NaN for one that does not occur. */
  get accuracies(): Float64Array {
    return Float64Array.from({length: this.classes}, (_, label) => this.#cell(label, label) / this.#truthOf(label));
  }

  /** The mean intersection over union over the classes that occur in the ground truth, 0 to 1; NaN for none. */
  get meanIoU(): number {
    return mean(this.intersectionOverUnion.filter((_, label) => this.#truthOf(label) > 0));
  }

  /**
   * The same over the classes that occur or were found, as TensorFlow's `mean_iou`: it punishes a class that should not be
   * there at all. Over a whole validation set every class occurs, and the two are the same.
   */
  get meanIoUOfSeen(): number {
    return mean(this.intersectionOverUnion.filter(ratio => !Number.isNaN(ratio)));
  }

  /** The share of pixels that got the right label, 0 to 1. */
  get pixelAccuracy(): number {
    let right = 0;
    for (let label = 0; label < this.classes; ++label) right += this.#cell(label, label);
    return right / this.pixels;
  }

  /** The mean of {@link accuracies} over the classes that occur, 0 to 1. */
  get meanAccuracy(): number {
    return mean(this.accuracies.filter(share => !Number.isNaN(share)));
  }

  #sum(counts: Float64Array): void {
    for (let i = 0; i < counts.length; ++i) this.counts[i] = (this.counts[i] ?? 0) + (counts[i] ?? 0);
  }

  #cell(truth: number, found: number): number {
    return this.counts[truth * this.classes + found] ?? 0;
  }

  #truthOf(label: number): number {
    const row = this.counts.subarray(label * this.classes, (label + 1) * this.classes);
    return row.reduce((sum, pixels) => sum + pixels, 0);
  }

  #foundOf(label: number): number {
    let sum = 0;
    for (let truth = 0; truth < this.classes; ++truth) sum += this.#cell(truth, label);
    return sum;
  }

  #isClass(label: number): boolean {
    return label >= 0 && label < this.classes;
  }

  #noClass(name: string, label: number, index: number): DenseCrfError {
    const hint = name === 'truth' ? ` or the voidLabel ${this.voidLabel}` : '';
    return new DenseCrfError(
      'ERR_OUT_OF_RANGE',
      `Expected ${name} to hold labels from 0 to ${this.classes - 1}${hint} but received ${label} at index ${index}`,
    );
  }
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
