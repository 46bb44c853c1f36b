import * as tf from '../../tfjs/core.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {lookBehindLabels} from './label-map.ts';
import {checkModel, runModel, type ModelInput, type SegmentationModel} from './model.ts';
import {type Preprocessing, preprocessings} from './preprocessing.ts';
import {crop, emptyRaster, paste, resize, type Raster, type Size} from './raster.ts';
import {chooseOutput, type LabelReading, readScores} from './scores.ts';
import {cut, quarter} from './tiles.ts';

/** How to talk to a model. */
export interface NetworkOptions {
  readonly inputSize: Size | undefined;
  readonly preprocessing: Preprocessing | undefined;
  readonly output: string | undefined;
  readonly reading: LabelReading;
}

/** The output of a model that was read. */
export interface ReadOutput {
  /** Of the output, or of the node of the model's graph. */
  readonly name: string;
  /**
   * The node of the graph that makes labels of these scores, where the model ends in a label map and the scores were found in
   * front of it.
   */
  readonly argMax: string | undefined;
}

/** What DeepLab was trained and evaluated with on PASCAL VOC. */
const DEFAULT_SIZE = 513;

/** A model that takes views of any size and gives scores for each of their pixels. */
export class Network {
  /** What the model sees at scale 1. */
  readonly canvas: Size;
  readonly #model: SegmentationModel;
  readonly #input: ModelInput;
  readonly #preprocessing: Preprocessing;
  readonly #output: string | undefined;
  readonly #reading: LabelReading;
  #read: ReadOutput;

  constructor(model: SegmentationModel, options: NetworkOptions) {
    this.#model = model;
    this.#input = checkModel('model', model);
    this.canvas = canvasOf(this.#input.size, options.inputSize);
    const {scores, problem} = options.output === undefined ? lookBehindLabels(model) : {};
    this.#output = options.output ?? scores?.name;
    this.#read = {name: this.#output ?? '', argMax: scores?.argMax};
    this.#reading = {...options.reading, problem};
    this.#preprocessing = options.preprocessing ?? preprocessings[this.#input.dtype === 'int32' ? 'none' : 'unit'];
  }

  /** The canvas of a picture that was made larger or smaller; a model of fixed size has but one. */
  canvasAt(scale: number): Size {
    const {width, height} = this.#input.size;
    return {
      width: width ?? scaled(this.canvas.width, scale),
      height: height ?? scaled(this.canvas.height, scale),
    };
  }

  /**
   * Scores of a view, one for each of its pixels and classes.
   *
   * @param view colours from 0 to 255
   * @param canvas what the model sees at once; the view lies in its top left corner, or goes through it window by window
   */
  async scores(view: Raster, canvas: Size, signal: AbortSignal | undefined): Promise<Raster> {
    const tiles = cut(view, canvas, quarter(canvas));
    let whole: Raster | undefined;
    for (const {box, keep} of tiles) {
      signal?.throwIfAborted();
      const scores = await this.#window(crop(view, box), canvas);
      if (tiles.length === 1) return scores;
      whole ??= emptyRaster(view, scores.channels);
      paste(whole, crop(scores, {...keep, x: keep.x - box.x, y: keep.y - box.y}), keep.x, keep.y);
    }
    return whole ?? emptyRaster(view, 1);
  }

  /** The output that was read last. */
  get read(): ReadOutput {
    return this.#read;
  }

  /** Models that take bytes of any size, as DeepLab's own exports do, preprocess and pad by themselves. */
  get #padsItself(): boolean {
    const {size, dtype} = this.#input;
    return dtype === 'int32' && size.width === undefined && size.height === undefined;
  }

  async #window(view: Raster, most: Size): Promise<Raster> {
    const canvas = this.#padsItself ? view : most;
    const {height, width} = canvas;
    const x = tf.tensor4d(this.#place(view, canvas), [1, height, width, 3], this.#input.dtype);
    try {
      const outputs = await runModel(this.#model, x, this.#output);
      try {
        const chosen = chooseOutput(outputs.filter(({name}) => [undefined, name].includes(this.#output)));
        const scores = await readScores(chosen, this.#reading);
        this.#read = {...this.#read, name: chosen.name};
        return crop(this.#enlarge(scores, canvas), {x: 0, y: 0, width: view.width, height: view.height});
      } finally {
        for (const {tensor} of outputs) tensor.dispose();
      }
    } finally {
      x.dispose();
    }
  }

  /** Scores for each pixel of the canvas, or of the larger one that a model has laid it into the top left corner of. */
  #enlarge(scores: Raster, canvas: Size): Raster {
    const isLarger = scores.width >= canvas.width && scores.height >= canvas.height;
    return this.#padsItself && isLarger ? scores : resize(scores, canvas);
  }

  /** The view, as the model wants to see colours, in the top left corner; beyond it 0. */
  #place({data, width, height}: Raster, canvas: Size): Float32Array | Int32Array {
    const {mean, deviation, channels = 'rgb'} = this.#preprocessing;
    const length = canvas.width * canvas.height * 3;
    const out = this.#input.dtype === 'int32' ? new Int32Array(length) : new Float32Array(length);
    const order = channels === 'rgb' ? [0, 1, 2] : [2, 1, 0];
    for (const [at, c] of order.entries()) {
      const [offset, divisor] = [mean[c] ?? 0, deviation[c] ?? 1];
      for (let y = 0; y < height; ++y) {
        for (let x = 0; x < width; ++x) {
          out[(y * canvas.width + x) * 3 + at] = ((data[(y * width + x) * 3 + c] ?? 0) - offset) / divisor;
        }
      }
    }
    return out;
  }
}

/** DeepLab's scales keep the corners: (size - 1) scale + 1. */
export function scaled(size: number, scale: number): number {
  return Math.max(1, Math.round((size - 1) * scale) + 1);
}

function canvasOf(fixed: Partial<Size>, wanted: Size | undefined): Size {
  const misfit =
    wanted && ((fixed.width ?? wanted.width) !== wanted.width || (fixed.height ?? wanted.height) !== wanted.height);
  if (misfit) {
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected inputSize to be that of model, height ${fixed.height ?? 'any'} and width ${fixed.width ?? 'any'}, but ` +
        `received height ${wanted.height} and width ${wanted.width}`,
    );
  }
  return {
    width: wanted?.width ?? fixed.width ?? DEFAULT_SIZE,
    height: wanted?.height ?? fixed.height ?? DEFAULT_SIZE,
  };
}
