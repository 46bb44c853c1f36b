import {performance} from 'node:perf_hooks';
import {MAX_ENTRIES} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {allocateInts} from '../../core/memory.ts';
import type {ReadOutput} from './network.ts';
import type {Piece} from './piece.ts';
import {type Box, crop, emptyRaster, paste, type Raster, type Size} from './raster.ts';
import type {Tile} from './tiles.ts';

/** How long the parts of `segment` took, in ms. */
export interface SegmentTimings {
  /** Of the network, with resizing and averaging. */
  readonly network: number;
  /** Of the CRF. */
  readonly refinement: number;
  readonly total: number;
}

/** What `segment` gives. */
export interface Segmentation {
  /** `[height, width]` */
  labels: Int32Array;
  /** `[height, width, classes]`; undefined with `probabilities: false`. */
  probabilities: Float32Array | undefined;
  /** The labels before the CRF, `[height, width]`; the same array where there is none. */
  networkLabels: Int32Array;
  classes: number;
  /** What of the model was read. */
  output: ReadOutput;
  width: number;
  height: number;
  timings: SegmentTimings;
}

/** Puts pieces together. A single one is taken as it is. */
export class Assembly {
  readonly #size: Size;
  readonly #keepsProbabilities: boolean;
  readonly #start = performance.now();
  #labels: Int32Array | undefined;
  #networkLabels: Int32Array | undefined;
  #probabilities: Raster | undefined;
  #classes = 0;
  #network = 0;
  #refinement = 0;

  constructor({width, height}: Size, keepsProbabilities: boolean) {
    this.#size = {width, height};
    this.#keepsProbabilities = keepsProbabilities;
  }

  add(piece: Piece, {box, keep}: Tile): void {
    this.#classes = piece.probabilities.channels;
    this.#network += piece.networkTime;
    this.#refinement += piece.refinementTime;
    if (box.width === this.#size.width && box.height === this.#size.height) {
      [this.#labels, this.#networkLabels, this.#probabilities] = [
        piece.labels,
        piece.networkLabels,
        piece.probabilities,
      ];
      return;
    }
    this.#labels ??= allocateInts(this.#size.width * this.#size.height);
    this.#networkLabels ??= piece.labels === piece.networkLabels ? this.#labels : allocateInts(this.#labels.length);
    const within = {...keep, x: keep.x - box.x, y: keep.y - box.y};
    this.#copyLabels(piece.labels, this.#labels, box, within, keep);
    if (this.#networkLabels !== this.#labels)
      this.#copyLabels(piece.networkLabels, this.#networkLabels, box, within, keep);
    if (!this.#keepsProbabilities) return;
    this.#probabilities ??= emptyRaster(this.#size, this.#checkSize(this.#classes));
    paste(this.#probabilities, crop(piece.probabilities, within), keep.x, keep.y);
  }

  finish(output: ReadOutput): Segmentation {
    const none = new Int32Array(0);
    return {
      labels: this.#labels ?? none,
      probabilities: this.#keepsProbabilities ? this.#probabilities?.data : undefined,
      networkLabels: this.#networkLabels ?? none,
      classes: this.#classes,
      output,
      ...this.#size,
      timings: {network: this.#network, refinement: this.#refinement, total: performance.now() - this.#start},
    };
  }

  #copyLabels(from: Int32Array, to: Int32Array, box: Box, within: Box, keep: Box): void {
    for (let row = 0; row < keep.height; ++row) {
      const start = (within.y + row) * box.width + within.x;
      to.set(from.subarray(start, start + keep.width), (keep.y + row) * this.#size.width + keep.x);
    }
  }

  #checkSize(classes: number): number {
    const {width, height} = this.#size;
    if (width * height * classes <= MAX_ENTRIES) return classes;
    throw new DenseCrfError(
      'ERR_TOO_LARGE',
      `Expected the probabilities of ${width} x ${height} pixels and ${classes} classes to be below 2^31 entries: say probabilities: false`,
    );
  }
}
