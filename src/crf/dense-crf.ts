import {checkInteger} from '../core/checks.ts';
import {checkChannelsFirst, type DataFormatOptions} from '../core/data-format.ts';
import {allocateFloats, allocateInts, allocateResults, checkEntries, checkFitsMemory} from '../core/memory.ts';
import {checkOptions} from '../core/options.ts';
import {checkShape, shapeText} from '../core/shape.ts';
import {callNative} from '../core/status.ts';
import type {NativeDenseCrf} from '../native/addon.ts';
import {native} from '../native/load.ts';
import {checkCompatibility, type Compatibility, toPlainCompatibility} from './compatibility.ts';
import type {DenseCRFOptions, Inference, InferenceOptions, InferenceSyncOptions} from './dense-crf-options.ts';
import {checkEnergy} from './energy.ts';
import type {Grid} from './grid.ts';
import {Handle} from '../core/handle.ts';
import {checkRunOptions, runKeys, type RunOptions} from '../core/job.ts';
import {checkSchedule, scheduleKeys, type ScheduleOptions} from './schedule.ts';
import {checkLabeling, type LabelMap, MAX_LABELS} from './label-map.ts';
import {checkLogistic} from './logistic.ts';
import {TermList} from './term-list.ts';
import {
  type BilateralOptions,
  bilateralTerm,
  type EnergyOptions,
  energyTerm,
  type GaussianOptions,
  gaussianTerm,
} from './terms.ts';

/**
 * A fully connected CRF with Gaussian edge potentials (Krähenbühl and Koltun 2011).
 *
 * Arrays are copied during the call. A method that throws leaves the object as it was. While an asynchronous method runs, any
 * other but {@link DenseCRF.dispose} throws `ERR_BUSY`.
 *
 * @example
 * const crf = new DenseCRF({shape: [height, width], labels: 21});
 * crf.setUnaryEnergy(unaryFromSoftmax(probabilities, {labels: 21}));
 * crf.addPairwiseGaussian({sxy: 1, compat: 3});
 * crf.addPairwiseBilateral({sxy: 67, srgb: 3, image: rgb, compat: 4});
 * const {probabilities: refined, labels} = await crf.inference(10);
 * crf.dispose();
 */
export class DenseCRF implements Grid {
  readonly shape: readonly number[];
  readonly points: number;
  readonly labels: number;
  readonly #handle: Handle<NativeDenseCrf>;
  readonly #terms: TermList;

  /** @throws {DenseCrfError} `ERR_TOO_LARGE` if `points * labels` passes 2^31 or the memory of the machine */
  constructor(options: DenseCRFOptions) {
    checkOptions('the options of DenseCRF', options, ['shape', 'labels']);
    this.shape = checkShape('shape', options.shape);
    this.labels = checkInteger('labels', options.labels, 1, MAX_LABELS);
    this.points = checkEntries('shape', this.shape);
    // Energies and probabilities, at the least.
    const bytes = 8 * checkEntries('shape and labels', [...this.shape, this.labels]);
    checkFitsMemory(`a CRF of shape ${shapeText(this.shape)} and ${this.labels} labels`, bytes);
    this.#terms = new TermList(this, bytes);
    const Native = native().DenseCrf;
    this.#handle = new Handle(
      'a DenseCRF',
      callNative(() => new Native([...this.shape], this.labels)),
    );
  }

  /** How many pairwise terms were added. */
  get terms(): number {
    return this.#terms.length;
  }

  /**
   * Sets the unary energies, `-log p`. May be called again; the lattices of the pairwise terms stay.
   *
   * @param energy `[...shape, labels]`, or `[labels, ...shape]` with `dataFormat: 'channelsFirst'`
   */
  setUnaryEnergy(energy: Float32Array, options: DataFormatOptions = {}): void {
    const crf = this.#handle.idle();
    const channelsFirst = checkLayoutOption('setUnaryEnergy', options);
    checkEnergy('energy', energy, this, channelsFirst);
    callNative(() => crf.setUnary(energy, channelsFirst));
  }

  /**
   * Sets the unary energies to `weights` times `features`: of label l at point i, `sum_f weights[l, f] features[i, f]`.
   *
   * @param weights `[labels, count]`
   * @param features `[...shape, count]`, or `[count, ...shape]` with `dataFormat: 'channelsFirst'`
   */
  setLogisticUnary(weights: Float32Array, features: Float32Array, options: DataFormatOptions = {}): void {
    const crf = this.#handle.idle();
    const channelsFirst = checkLayoutOption('setLogisticUnary', options);
    const featureCount = checkLogistic(weights, features, this, channelsFirst);
    callNative(() => crf.setLogisticUnary(weights, features, featureCount, channelsFirst));
  }

  /** Adds a Gaussian of the positions, which smooths. @returns the index of the term */
  addPairwiseGaussian(options: GaussianOptions): number {
    return this.#terms.add(this.#handle.idle(), gaussianTerm(this, options));
  }

  /** Adds a Gaussian of positions and image values, which smooths within regions of like colour. @returns the index of the term */
  addPairwiseBilateral(options: BilateralOptions): number {
    return this.#terms.add(this.#handle.idle(), bilateralTerm(this, options));
  }

  /** Adds a Gaussian of any features. @returns the index of the term */
  addPairwiseEnergy(options: EnergyOptions): number {
    return this.#terms.add(this.#handle.idle(), energyTerm(this, options));
  }

  /** The compatibility in use of a term; a matrix is symmetric. */
  compatibility(term: number): Compatibility {
    this.#handle.idle();
    return toPlainCompatibility(this.#terms.at(term).compatibility, this.labels);
  }

  setCompatibility(term: number, compat: Compatibility): void {
    const crf = this.#handle.idle();
    const info = this.#terms.at(term);
    const compatibility = checkCompatibility('compat', compat, this.labels);
    callNative(() => crf.setCompatibility(term, compatibility));
    info.compatibility = compatibility;
  }

  /** The kernel parameters of a term: none, one per dimension, or a row-major matrix. */
  kernelParameters(term: number): Float32Array {
    const crf = this.#handle.idle();
    this.#terms.at(term);
    return callNative(() => crf.kernelParameters(term));
  }

  /** Changes the kernel parameters of a term, as many as {@link DenseCRF.kernelParameters} gives. Its lattice is built anew. */
  setKernelParameters(term: number, parameters: Float32Array): void {
    const crf = this.#handle.idle();
    this.#terms.setKernelParameters(crf, term, parameters);
  }

  /**
   * Mean-field inference from `softmax(-energy)` on a thread of its own.
   *
   * @param iterations parallel updates, 0 or more; results mostly settle within 5 to 10
   * @throws {DenseCrfError} (as a rejection) `ERR_INVALID_STATE` without unary energies, `ERR_BUSY` while another runs,
   * `ERR_DISPOSED` if the object is disposed meanwhile; an abort rejects with `signal.reason`
   */
  async inference(iterations: number, options: InferenceOptions = {}): Promise<Inference> {
    checkOptions('the options of inference', options, [...runKeys, ...scheduleKeys, 'dataFormat']);
    const channelsFirst = checkChannelsFirst('dataFormat', options.dataFormat);
    const schedule = checkSchedule(iterations, options);
    const run = this.#checkRun(options);
    const probabilities = allocateResults(this.points * this.labels);
    const labels = allocateInts(this.points);
    await this.#handle.run(
      (crf, report) => crf.inference(schedule, probabilities, labels, channelsFirst, report),
      iterations,
      run,
    );
    return {probabilities, labels};
  }

  /** {@link DenseCRF.inference} on the calling thread. */
  inferenceSync(iterations: number, options: InferenceSyncOptions = {}): Inference {
    checkOptions('the options of inferenceSync', options, [...scheduleKeys, 'dataFormat']);
    const channelsFirst = checkChannelsFirst('dataFormat', options.dataFormat);
    const schedule = checkSchedule(iterations, options);
    this.#checkRun({});
    const probabilities = allocateResults(this.points * this.labels);
    const labels = allocateInts(this.points);
    callNative(() => this.#handle.idle().inferenceSync(schedule, probabilities, labels, channelsFirst));
    return {probabilities, labels};
  }

  /** The labels of {@link DenseCRF.inference} alone, without memory for the probabilities. */
  async map(iterations: number, options: ScheduleOptions & RunOptions = {}): Promise<Int32Array> {
    checkOptions('the options of map', options, [...runKeys, ...scheduleKeys]);
    const schedule = checkSchedule(iterations, options);
    const run = this.#checkRun(options);
    const labels = allocateInts(this.points);
    await this.#handle.run((crf, report) => crf.inference(schedule, null, labels, false, report), iterations, run);
    return labels;
  }

  /** {@link DenseCRF.map} on the calling thread. */
  mapSync(iterations: number, options: ScheduleOptions = {}): Int32Array {
    checkOptions('the options of mapSync', options, scheduleKeys);
    const schedule = checkSchedule(iterations, options);
    this.#checkRun({});
    const labels = allocateInts(this.points);
    callNative(() => this.#handle.idle().inferenceSync(schedule, null, labels, false));
    return labels;
  }

  /** Begins inference by hand: the current Q becomes `softmax(-energy)`. */
  startInference(): void {
    const crf = this.#handle.idle();
    callNative(() => crf.startInference());
  }

  /** Makes one mean-field update of the current Q. */
  stepInference(): void {
    const crf = this.#handle.idle();
    callNative(() => crf.stepInference());
  }

  /** The current Q of an inference by hand, `[...shape, labels]`, or `[labels, ...shape]` with `dataFormat: 'channelsFirst'`. */
  currentProbabilities(options: DataFormatOptions = {}): Float32Array {
    const crf = this.#handle.idle();
    const channelsFirst = checkLayoutOption('currentProbabilities', options);
    const probabilities = allocateResults(this.points * this.labels);
    callNative(() => crf.current(probabilities, null, channelsFirst));
    return probabilities;
  }

  /** The labels of greatest current probability, `[...shape]`. */
  currentLabels(): Int32Array {
    const crf = this.#handle.idle();
    const labels = allocateInts(this.points);
    callNative(() => crf.current(null, labels, false));
    return labels;
  }

  /**
   * The KL divergence between the current Q of an inference by hand and the CRF's distribution, less the unknown constant
   * `log Z`: `sum Q log Q + sum U Q + sum_k sum Q (C_k F_k Q)`. The pairwise part is not halved, as in the classic code.
   */
  klDivergence(): number {
    const crf = this.#handle.idle();
    return callNative(() => crf.klDivergence());
  }

  /** The unary energy of each point's label; 0 where the label is below 0 or `labels` and more. */
  unaryEnergy(labels: LabelMap): Float32Array {
    const crf = this.#handle.idle();
    const labeling = checkLabeling('labels', labels, this);
    return callNative(() => crf.unaryEnergy(labeling));
  }

  /**
   * The pairwise energy of each point's label among the others, `-1/2 (C F onehot(labels))`, in the classic code's sign:
   * agreement counts positive. 0 where the label is below 0 or `labels` and more.
   *
   * @param term one term; -1, or nothing, for the sum of all
   */
  pairwiseEnergy(labels: LabelMap, term = -1): Float32Array {
    const crf = this.#handle.idle();
    const labeling = checkLabeling('labels', labels, this);
    if (term !== -1) {
      this.#terms.at(term);
      return callNative(() => crf.pairwiseEnergy(labeling, term));
    }
    const sum = allocateFloats(this.points);
    for (let index = 0; index < this.#terms.length; ++index) {
      const energy = callNative(() => crf.pairwiseEnergy(labeling, index));
      for (let i = 0; i < sum.length; ++i) sum[i] = (sum[i] ?? 0) + (energy[i] ?? 0);
    }
    return sum;
  }

  /** Vertices of a term's permutohedral lattice, which is built where it is not yet. */
  latticeVertices(term: number): number {
    const crf = this.#handle.idle();
    this.#terms.at(term);
    return callNative(() => {
      crf.build();
      return crf.vertices(term);
    });
  }

  /** Frees the memory; a running job ends, and its promise rejects with `ERR_DISPOSED`. May be called twice. */
  dispose(): void {
    this.#handle.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #checkRun(options: RunOptions): RunOptions {
    const run = checkRunOptions(options);
    run.signal?.throwIfAborted();
    return run;
  }
}

function checkLayoutOption(method: string, options: DataFormatOptions): boolean {
  checkOptions(`the options of ${method}`, options, ['dataFormat']);
  return checkChannelsFirst('dataFormat', options.dataFormat);
}
