import {checkArray, checkLength} from '../core/arrays.ts';
import {checkInteger} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';
import {Handle} from '../core/handle.ts';
import {allocateFloats, checkEntries, copyFloats} from '../core/memory.ts';
import {checkOptions} from '../core/options.ts';
import {shapeText} from '../core/shape.ts';
import {callNative} from '../core/status.ts';
import type {NativePlan} from '../native/addon.ts';
import {native} from '../native/load.ts';
import {channelsOf, checkOpenSignal, type Layer, planError, type SignalOptions} from './layer.ts';
import {overlap, overlapError} from './output.ts';
import {checkTensor, type Shape, type Shape4D, type Tensor} from './tensor.ts';

/** Where a run of a {@link Plan} writes. */
export interface RunOptions {
  /**
   * Receives the result. Default: a new array. It must not share memory with the input. Of a wider array the other channels stay
   * as they are, so that several plans fill one.
   */
  output?: Float32Array | undefined;
  /** Values of `output` from one pixel to the next, at least the channels of the result. Default: as many as these. */
  pixelStride?: number | undefined;
  /** The channel of `output` that the first channel of the result becomes. Default 0. */
  offset?: number | undefined;
}

const runKeys = ['output', 'pixelStride', 'offset'] as const;

interface Target {
  data: Float32Array | undefined;
  pixelStride: number;
  offset: number;
}

/**
 * A layer that is prepared once and run many times: the algorithm chosen, the weights packed, scratch allocated. Made by
 * `planConv2d` and its siblings.
 *
 * One run at a time: while one is under way in the background, another is `ERR_BUSY`.
 *
 * @example
 * using plan = planConv2d([1, 65, 65, 512], filter, {pad: 'same', dilations: 2, activation: 'relu'});
 * const y = plan.run(x);
 */
export class Plan<S extends Shape = Shape4D> {
  readonly inputShape: S;
  readonly outputShape: S;
  /** The algorithm that was chosen, such as `'direct'` or `'winograd'`. */
  readonly algorithm: string;
  /** Memory of packed weights, tables and scratch, which the plan holds until it is disposed. */
  readonly bytes: number;
  readonly #inputName: string;
  readonly #handle: Handle<NativePlan>;

  /** @internal */
  constructor(layer: Layer<S>) {
    const plan = makeNativePlan(layer);
    this.inputShape = Object.freeze(layer.inputShape);
    this.outputShape = Object.freeze(layer.outputShape);
    this.algorithm = plan.algorithm();
    this.bytes = plan.bytes();
    this.#inputName = layer.inputName;
    this.#handle = new Handle('a plan', plan);
  }

  /**
   * Runs the layer on the calling thread, with the help of the pool. Given an `output`, it allocates no memory.
   *
   * @returns the result, `outputShape`; given an `output`, that, of shape `[...outputShape without channels, pixelStride]`
   * @throws {DenseCrfError} `ERR_INVALID_SHAPE` if an array does not fit, `ERR_OVERLAP` if output and input share memory,
   * `ERR_BUSY`, `ERR_DISPOSED`
   */
  run(x: Tensor<S>, options: RunOptions = {}): Tensor<S> {
    checkOptions('the options of run', options, runKeys);
    const plan = this.#handle.idle();
    const input = this.#checkInput(x);
    const {data, pixelStride, offset} = this.#checkTarget(options, input);
    const output = data ?? allocateFloats(this.#outPixels * pixelStride);
    callNative(() => plan.run(input, output, offset, pixelStride));
    return this.#result(output, pixelStride);
  }

  /**
   * {@link Plan.run} on a thread of its own, on a copy of the input. `output` is written when the promise settles, and not at all
   * if it rejects.
   *
   * @throws {DenseCrfError} (as a rejection) as `run` does, `ERR_DISPOSED` if the plan is disposed meanwhile; an abort rejects
   * with `signal.reason`
   */
  async runAsync(x: Tensor<S>, options: RunOptions & SignalOptions = {}): Promise<Tensor<S>> {
    checkOptions('the options of runAsync', options, [...runKeys, 'signal']);
    const {signal} = checkOpenSignal(options);
    this.#handle.idle();
    const given = this.#checkInput(x);
    const {data, pixelStride, offset} = this.#checkTarget(options, given);
    const input = copyFloats(given);
    const channels = channelsOf(this.outputShape);
    const result = allocateFloats(this.#outPixels * channels);
    await this.#handle.run(plan => plan.runJob(input, result, 0, channels), 1, {signal});
    if (data === undefined) return this.#result(result, channels);
    this.#checkOutput(data, pixelStride);
    scatter(result, channels, data, pixelStride, offset);
    return this.#result(data, pixelStride);
  }

  /** Frees the memory; a running job ends, and its promise rejects with `ERR_DISPOSED`. May be called twice. */
  dispose(): void {
    this.#handle.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #outPixels(): number {
    return this.outputShape.slice(0, -1).reduce((product, size) => product * size, 1);
  }

  #checkInput(x: Tensor<S>): Float32Array {
    const {data, shape} = checkTensor(this.#inputName, x, this.inputShape.length);
    if (shape.every((size, axis) => size === this.inputShape[axis])) return data;
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `Expected ${this.#inputName} to be of the plan's shape ${shapeText(this.inputShape)} but received one of shape ${shapeText(shape)}`,
    );
  }

  #checkTarget({output, pixelStride, offset = 0}: RunOptions, input: Float32Array): Target {
    const channels = channelsOf(this.outputShape);
    if (output === undefined && (pixelStride !== undefined || offset !== 0)) {
      throw new DenseCrfError(
        'ERR_INVALID_TYPE',
        'Expected output to be given with pixelStride or offset but received undefined',
      );
    }
    const stride = checkInteger('pixelStride', pixelStride ?? channels, channels);
    checkInteger('offset', offset, 0, stride - channels);
    if (output === undefined) return {data: output, pixelStride: stride, offset};
    this.#checkOutput(output, stride);
    if (overlap(input, output)) throw overlapError(this.#inputName, this.inputShape, this.#shapeOf(stride));
    return {data: output, pixelStride: stride, offset};
  }

  #checkOutput(output: Float32Array, pixelStride: number): void {
    const shape = this.#shapeOf(pixelStride);
    checkLength('output', checkArray('output', output, 'Float32Array'), checkEntries('output', shape), forShape(shape));
  }

  #shapeOf(pixelStride: number): Shape {
    return [...this.outputShape.slice(0, -1), pixelStride];
  }

  #result(data: Float32Array, pixelStride: number): Tensor<S> {
    // The same axes, another number of channels.
    const shape = this.#shapeOf(pixelStride) as S;
    return {data, shape};
  }
}

/** Plans a layer. */
export function makeNativePlan(layer: Layer<Shape>): NativePlan {
  const Native = native().Plan;
  try {
    return callNative(() => new Native(layer.native));
  } catch (error) {
    throw planError(error, layer);
  }
}

function forShape(shape: Shape): string {
  return `for shape ${shapeText(shape)}`;
}

function scatter(from: Float32Array, channels: number, to: Float32Array, pixelStride: number, offset: number): void {
  if (pixelStride === channels) {
    to.set(from);
    return;
  }
  for (let source = 0, target = offset; source < from.length; source += channels, target += pixelStride) {
    for (let channel = 0; channel < channels; ++channel) to[target + channel] = from[source + channel] ?? 0;
  }
}
