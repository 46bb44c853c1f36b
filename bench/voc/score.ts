import {vocLabels} from './dataset.ts';

/** Intersection over union of each class over a set of pictures. */
export class Score {
  readonly #truth = new Float64Array(vocLabels);
  readonly #found = new Float64Array(vocLabels);
  readonly #both = new Float64Array(vocLabels);

  /** @param truth labels; what is none (255: void) does not count */
  add(labels: Int32Array, truth: Int32Array): void {
    truth.forEach((expected, i) => {
      if (expected >= vocLabels) return;
      const label = labels[i] ?? 0;
      increment(this.#truth, expected);
      increment(this.#found, label);
      if (label === expected) increment(this.#both, label);
    });
  }

  /** The mean over the classes that occur in the ground truth, in percent. */
  get mean(): number {
    return this.#mean(label => this.#truth[label] !== 0);
  }

  /** The mean over the classes that occur in the ground truth or were found: it punishes a class that should not be there. */
  get meanOfSeen(): number {
    return this.#mean(label => this.#truth[label] !== 0 || this.#found[label] !== 0);
  }

  #mean(counts: (label: number) => boolean): number {
    const labels = [...this.#truth.keys()].filter(counts);
    return labels.reduce((sum, label) => sum + this.#ratio(label), 0) * (100 / labels.length);
  }

  #ratio(label: number): number {
    const both = this.#both[label] ?? 0;
    return both / ((this.#truth[label] ?? 0) + (this.#found[label] ?? 0) - both);
  }
}

function increment(counts: Float64Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}
