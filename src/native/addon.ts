/** What `binding/` exports. The doors check every argument before they call; a status that only the core can know comes back as a {@link NativeStatusError}. */
export interface NativeAddon {
  readonly version: string;
  /** Instruction sets built in and supported by this machine, slowest first. */
  isas(): string[];
  isa(): string;
  /** Switches the process to an instruction set; false if it is not available. For tests and benches. */
  useIsa(name: string): boolean;
  /** Sets the number of threads, where given, and answers it. */
  concurrency(threads?: number): number;
  /** Bytes from a buffer's start to the first whose address is a multiple of so many. The buffer has some. */
  offsetToMultiple(buffer: ArrayBuffer, multiple: number): number;
  /** Advice for memory that nobody has written to; below 4 MiB nothing happens. */
  preferLargePages(buffer: ArrayBuffer): void;
  /** Index of the first NaN or infinity, -1 if there is none. */
  firstNotFinite(values: Float32Array): number;
  /** Index of the first value that does not lie in [low, high], as NaN does not; -1 if there is none. */
  firstOutside(values: Float32Array, low: number, high: number): number;
  unaryFromSoftmax(probabilities: Float32Array, labels: number, scale: number, clip: number): Float32Array;
  // What follows writes into its last argument, which shares no memory with the others.
  resizeBilinear(input: Float32Array, options: NativeResizeOptions, output: Float32Array): void;
  resizeBilinearGradient(outGradient: Float32Array, options: NativeResizeOptions, gradient: Float32Array): void;
  pool(op: 'max' | 'average', shape: NativeConvShape, input: Float32Array, output: Float32Array): void;
  /** `input` is null for the average. */
  poolGradient(
    op: 'max' | 'average',
    shape: NativeConvShape,
    input: Float32Array | null,
    outGradient: Float32Array,
    gradient: Float32Array,
  ): void;
  globalAveragePool(
    input: Float32Array,
    batch: number,
    height: number,
    width: number,
    channels: number,
    output: Float32Array,
  ): void;
  /** Of every row of `length`, as the next. */
  softmax(input: Float32Array, length: number, output: Float32Array): void;
  argmax(input: Float32Array, length: number, output: Int32Array): void;
  /** `layout`: extents and both arrays' strides, 4 of each (cpp/include/densecrf/elementwise.h). */
  binary(op: NativeBinaryOp, layout: Int32Array, a: Float32Array, b: Float32Array, output: Float32Array): void;
  /** `parameter`: of `leakyrelu` and `step`. */
  unary(op: NativeUnaryOp, parameter: number, x: Float32Array, output: Float32Array): void;
  /** x scale + offset, channel by channel. */
  scaleChannels(x: Float32Array, scale: Float32Array, offset: Float32Array, output: Float32Array): void;
  /** `layout`: extents and both arrays' strides, 6 of each, then both offsets (cpp/include/densecrf/strided_copy.h). */
  stridedCopy(layout: Int32Array, input: Float32Array, output: Float32Array): void;
  readonly DenseCrf: new (extents: number[], labels: number) => NativeDenseCrf;
  readonly Plan: new (layer: NativeLayer) => NativePlan;
  /** Plans a layer for one run. */
  runLayer(layer: NativeLayer, ...buffers: NativeBuffers): void;
  /** As the above, on a thread of its own. The arrays must be unknown to anybody else until `done` settles. */
  runLayerJob(layer: NativeLayer, ...buffers: NativeBuffers): NativeJob;
  matMul(...args: NativeMatMul): void;
  matMulJob(...args: NativeMatMul): NativeJob;
  /** Changes filter and bias. */
  foldBatchNorm(filter: Float32Array, bias: Float32Array, norm: NativeBatchNorm): void;
  filterGradient(...args: NativeFilterGradient): void;
  filterGradientJob(...args: NativeFilterGradient): NativeJob;
}

export type NativeBinaryOp =
  'add' | 'subtract' | 'multiply' | 'divide' | 'maximum' | 'minimum' | 'squaredDifference' | 'prelu';

export type NativeUnaryOp =
  'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu' | 'step' | 'square' | 'sqrt' | 'rsqrt' | 'negate' | 'absolute';

/** What a run reads, and where it writes: pixel p begins at `output[offset + p * pixelStride]`. */
export type NativeBuffers = [input: Float32Array, output: Float32Array, offset: number, pixelStride: number];

/** `gradient` receives the result. */
export type NativeFilterGradient = [
  op: 'conv2d' | 'depthwise',
  shape: NativeConvShape,
  input: Float32Array,
  outGradient: Float32Array,
  gradient: Float32Array,
];

/** `result` receives the product. */
export type NativeMatMul = [
  shape: NativeMatMulShape,
  left: Float32Array,
  right: Float32Array,
  epilogue: NativeEpilogue,
  result: Float32Array,
];

/** cpp/include/densecrf/matmul.h says what they mean. */
export interface NativeMatMulShape {
  rows: number;
  depth: number;
  columns: number;
  batch: number;
  transposeLeft: boolean;
  transposeRight: boolean;
  oneLeft: boolean;
  oneRight: boolean;
}

export interface NativeBatchNorm {
  mean: Float32Array;
  variance: Float32Array;
  scale: Float32Array | null;
  offset: Float32Array | null;
  epsilon: number;
}

/** cpp/include/densecrf/conv.h says what they mean. */
export interface NativeConvShape {
  batch: number;
  height: number;
  width: number;
  channels: number;
  outHeight: number;
  outWidth: number;
  outChannels: number;
  kernelHeight: number;
  kernelWidth: number;
  strideY: number;
  strideX: number;
  dilationY: number;
  dilationX: number;
  padTop: number;
  padLeft: number;
}

export interface NativeEpilogue {
  bias: Float32Array | null;
  activation: 'none' | 'relu' | 'relu6' | 'elu' | 'sigmoid' | 'leakyrelu' | 'prelu';
  /** Of `leakyrelu`. */
  slope: number;
  /** Of `prelu`, one per output channel; else null. */
  slopes: Float32Array | null;
}

export interface NativePlanOptions {
  exact: boolean;
  /** 0: the default. */
  maxBytes: number;
  /** Of `conv2d` and `separable`: whether runs are given an addend. */
  adds?: boolean;
}

export interface NativeForwardLayer extends NativePlanOptions {
  op: 'conv2d' | 'depthwise';
  shape: NativeConvShape;
  filter: Float32Array;
  epilogue: NativeEpilogue;
}

export interface NativeInputGradientLayer extends NativePlanOptions {
  op: 'conv2dInputGradient' | 'depthwiseInputGradient';
  shape: NativeConvShape;
  filter: Float32Array;
}

export interface NativeSeparableLayer extends NativePlanOptions {
  op: 'separable';
  /** Of the depthwise half. */
  shape: NativeConvShape;
  filter: Float32Array;
  /** What follows the depthwise half. */
  middle: NativeEpilogue;
  outChannels: number;
  pointwise: Float32Array;
  epilogue: NativeEpilogue;
}

/** Of one matrix of rows. */
export interface NativeMatMulLayer extends NativePlanOptions {
  op: 'matMul';
  shape: NativeMatMulShape;
  /** The right matrix. */
  filter: Float32Array;
  epilogue: NativeEpilogue;
}

export type NativeLayer = NativeForwardLayer | NativeInputGradientLayer | NativeSeparableLayer | NativeMatMulLayer;

export interface NativePlan {
  run(...buffers: NativeBuffers): void;
  /** As the above, with something added before the activation: values for each pixel of the output, or for one that stands for all. */
  runAdding(addend: Float32Array, ...buffers: NativeBuffers): void;
  /** As the above, on a thread of its own. The arrays must be unknown to anybody else until `done` settles. */
  runJob(...buffers: NativeBuffers): NativeJob;
  bytes(): number;
  algorithm(): string;
  /** Frees the buffers as soon as no job uses them. Any other method throws afterwards. */
  dispose(): void;
}

export interface NativeResizeOptions {
  batch: number;
  height: number;
  width: number;
  channels: number;
  outHeight: number;
  outWidth: number;
  grid: 'legacy' | 'alignCorners' | 'halfPixelCenters';
}

/** One value: Potts. `labels` values: diagonal. `labels * labels` values: matrix, row-major. `type` tells them apart where `labels` is 1. */
export interface NativeCompatibility {
  type: 'potts' | 'diagonal' | 'matrix';
  values: Float32Array;
}

export interface NativePairwiseTerm {
  /** Empty, or one per grid axis, x first. */
  positionSigmas: Float32Array;
  channels: Uint8Array | Float32Array | null;
  channelSigmas: Float32Array;
  channelsFirst: boolean;
  normalization: 'none' | 'before' | 'after' | 'symmetric';
  kernel: 'const' | 'diag' | 'full';
  /** Empty: ones or the identity. */
  kernelParameters: Float32Array;
  compatibility: NativeCompatibility;
}

export interface NativeJob {
  /** True when it ran to its end, false when it was cancelled. Rejects with a {@link NativeStatusError}. */
  readonly done: Promise<boolean>;
  /** Ends the job within one iteration. */
  cancel(): void;
}

export interface NativeSchedule {
  iterations: number;
  /** 0: never stops early. */
  tolerance: number;
  /** 0: never freezes. */
  freeze: number;
}

export interface NativeDenseCrf {
  setUnary(energy: Float32Array, channelsFirst: boolean): void;
  setLogisticUnary(weights: Float32Array, features: Float32Array, count: number, channelsFirst: boolean): void;
  addPairwise(term: NativePairwiseTerm): void;
  setCompatibility(term: number, compatibility: NativeCompatibility): void;
  kernelParameters(term: number): Float32Array;
  setKernelParameters(term: number, parameters: Float32Array): void;
  /** Vertices of a term's lattice, 0 before it is built. */
  vertices(term: number): number;
  build(): void;
  bytes(): number;
  /** The results are written into the arrays given; null: not wanted. */
  inferenceSync(
    schedule: number | NativeSchedule,
    probabilities: Float32Array | null,
    map: Int32Array | null,
    channelsFirst: boolean,
  ): void;
  /** As the above, on a thread of its own. The arrays must be unknown to anybody else until `done` settles. */
  inference(
    schedule: number | NativeSchedule,
    probabilities: Float32Array | null,
    map: Int32Array | null,
    channelsFirst: boolean,
    onProgress: ((done: number) => void) | null,
  ): NativeJob;
  startInference(): void;
  stepInference(): void;
  current(probabilities: Float32Array | null, map: Int32Array | null, channelsFirst: boolean): void;
  klDivergence(): number;
  unaryEnergy(labeling: Int32Array): Float32Array;
  pairwiseEnergy(labeling: Int32Array, term: number): Float32Array;
  /** Frees the buffers as soon as no job uses them. Any other method throws afterwards. */
  dispose(): void;
}

export type NativeStatus =
  | 'cancelled'
  | 'out-of-memory'
  | 'too-large'
  | 'out-of-range'
  | 'no-unary'
  | 'not-started'
  | 'busy'
  | 'disposed'
  | 'invalid-argument';

/** What the addon throws and rejects with. */
export interface NativeStatusError extends Error {
  status: NativeStatus;
}
