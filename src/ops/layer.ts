// Layers of the core, and how they run once.
import {checkBoolean, checkInteger, checkSignal, MAX_ENTRIES} from '../core/checks.ts';
import {allocateFloats, checkFitsMemory, copyFloats} from '../core/memory.ts';
import {DenseCrfError} from '../core/errors.ts';
import {runJob} from '../core/job.ts';
import {callNative} from '../core/status.ts';
import type {NativeEpilogue, NativeJob, NativeLayer, NativePlanOptions} from '../native/addon.ts';
import {native} from '../native/load.ts';
import {type Shape, type Tensor, tensorText} from './tensor.ts';

/** Options of what is planned. */
export interface PlanOptions {
  /** Only algorithms whose sums are those of the definition, in another order at most. Default false. */
  exact?: boolean | undefined;
  /**
   * Bytes that packed weights, tables and scratch may take together. Default: 8 times the weights, at least 4 MiB; an algorithm
   * that cannot do with less may then take as much as input and output on top.
   */
  maxBytes?: number | undefined;
}

/** The keys of {@link PlanOptions}. */
export const planKeys = ['exact', 'maxBytes'] as const;

/** Options of functions that run in the background. */
export interface SignalOptions {
  /** Ends the work early; the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** A layer with checked arguments. */
export interface Layer<S extends Shape> {
  native: NativeLayer;
  /** What `run` calls its input. */
  inputName: string;
  inputShape: S;
  outputShape: S;
}

export function checkPlanOptions({exact = false, maxBytes}: PlanOptions): NativePlanOptions {
  return {
    exact: checkBoolean('exact', exact),
    maxBytes: maxBytes === undefined ? 0 : checkInteger('maxBytes', maxBytes, 1, Number.MAX_SAFE_INTEGER),
  };
}

/** Plans a layer, runs it, and forgets the plan. */
export function runLayer<S extends Shape>(layer: Layer<S>, input: Float32Array): Tensor<S> {
  const output = newTensor(layer.outputShape);
  try {
    callNative(() => native().runLayer(layer.native, input, output.data, 0, channelsOf(layer.outputShape)));
  } catch (error) {
    throw planError(error, layer);
  }
  return output;
}

/** What planning a layer threw; where it needs more than `maxBytes`, an error that says so. */
export function planError(error: unknown, {native: {maxBytes}, inputName, inputShape}: Layer<Shape>): unknown {
  if (!(error instanceof DenseCrfError && error.code === 'ERR_TOO_LARGE')) return error;
  const received = maxBytes > 0 ? maxBytes : 'none, and its default is too small';
  return new DenseCrfError(
    'ERR_TOO_LARGE',
    `Expected maxBytes to have room for the packed weights, tables and scratch of an algorithm at least, for ` +
      `${tensorText(inputName, inputShape)}, but received ${received}`,
    {cause: error},
  );
}

/** The same on a thread of its own, on copies. */
export async function runLayerAsync<S extends Shape>(
  layer: Layer<S>,
  input: Float32Array,
  {signal}: SignalOptions,
): Promise<Tensor<S>> {
  const output = newTensor(layer.outputShape);
  const [ownLayer, ownInput] = [copyArrays(layer.native), copyFloats(input)];
  const start = (): NativeJob =>
    native().runLayerJob(ownLayer, ownInput, output.data, 0, channelsOf(layer.outputShape));
  try {
    await runInBackground(start, signal);
  } catch (error) {
    throw planError(error, layer);
  }
  return output;
}

/** Waits for a job of the addon. */
export async function runInBackground(start: () => NativeJob, signal: AbortSignal | undefined): Promise<void> {
  await runJob(() => callNative(start), 1, {signal});
}

/** The signal of an asynchronous function, not aborted yet. */
export function checkOpenSignal({signal}: SignalOptions): SignalOptions {
  checkSignal('signal', signal)?.throwIfAborted();
  return {signal};
}

/** A tensor of zeros. */
export function newTensor<S extends Shape>(shape: S): Tensor<S> {
  const length = shape.reduce((product, size) => product * size, 1);
  checkFitsMemory('the result', 4 * Math.min(length, MAX_ENTRIES));
  return {data: allocateFloats(length), shape};
}

/** The last of its sizes. */
export function channelsOf(shape: Shape): number {
  return shape.at(-1) ?? 1;
}

function copyArrays(layer: NativeLayer): NativeLayer {
  const filter = copyFloats(layer.filter);
  switch (layer.op) {
    case 'conv2d':
    case 'depthwise':
      return {...layer, filter, epilogue: copyEpilogue(layer.epilogue)};
    case 'matMul':
      return {...layer, filter, epilogue: copyEpilogue(layer.epilogue)};
    case 'separable':
      return {
        ...layer,
        filter,
        middle: copyEpilogue(layer.middle),
        pointwise: copyFloats(layer.pointwise),
        epilogue: copyEpilogue(layer.epilogue),
      };
    case 'conv2dInputGradient':
    case 'depthwiseInputGradient':
      return {...layer, filter};
  }
}

/** On memory of its own. */
export function copyEpilogue(epilogue: NativeEpilogue): NativeEpilogue {
  const {bias, slopes} = epilogue;
  return {...epilogue, bias: bias && copyFloats(bias), slopes: slopes && copyFloats(slopes)};
}
