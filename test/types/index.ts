// What the types promise; tsc checks this file, nothing runs it.
import {
  concurrency,
  createPairwiseBilateral,
  DenseCRF,
  DenseCrfError,
  type DenseCrfErrorCode,
  type Inference,
  type Preset,
  presets,
  refine,
  type Refined,
  type RefinedForeground,
  type RefineOptions,
  refineSync,
  simd,
  unaryFromLabels,
  unaryFromSoftmax,
  versions,
} from '../../src/index.ts';
import {
  argMax,
  conv2d,
  conv2dAsync,
  conv2dDerFilter,
  type IntTensor,
  type Plan,
  planConv2d,
  resizeBilinear,
  separableConv2d,
  softmax,
  type Tensor4D,
} from '../../src/ops/index.ts';

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? [] : [never]) : [never];

/** Compiles if the value's type is the one given, no wider and no narrower. */
declare function expectType<Expected>(): <Actual>(value: Actual, ...proof: Same<Actual, Expected>) => void;

const floats = new Float32Array(12);
const bytes = new Uint8Array(12);
const crf = new DenseCRF({shape: [2, 3], labels: 2});

// Results
expectType<Promise<Inference>>()(crf.inference(5));
expectType<Promise<Int32Array>>()(crf.map(5));
expectType<Inference>()(crf.inferenceSync(5));
expectType<Float32Array>()(crf.inferenceSync(5).probabilities);
expectType<Int32Array>()(crf.inferenceSync(5).labels);
expectType<Int32Array>()(crf.mapSync(5));
expectType<number>()(crf.klDivergence());
expectType<number>()(crf.addPairwiseGaussian({sxy: 3, compat: 3}));
expectType<Float32Array>()(unaryFromSoftmax(floats, {labels: 2}));
expectType<Float32Array>()(unaryFromLabels(bytes, {labels: 2}));
expectType<Tensor4D>()(resizeBilinear({data: floats, shape: [1, 2, 2, 3]}, [4, 4]));
const image: Tensor4D = {data: floats, shape: [1, 2, 2, 3]};
expectType<Tensor4D>()(conv2d(image, image, {pad: 'same', strides: [1, 2], dilations: 2, activation: 'relu6'}));
expectType<Promise<Tensor4D>>()(conv2dAsync(image, image, {signal: AbortSignal.abort()}));
expectType<Tensor4D>()(conv2dDerFilter(image, image, [1, 1, 3, 3], {dilations: [2, 2]}));
expectType<Tensor4D>()(separableConv2d(image, image, image, {depthwise: {activation: 'relu'}}));
expectType<IntTensor>()(argMax(image, -1));
expectType<Tensor4D>()(softmax(image));
declare const plan: Plan;
expectType<Plan>()(planConv2d([1, 2, 2, 3], image, {exact: true, maxBytes: 1e6}));
expectType<Tensor4D>()(plan.run(image, {output: floats, pixelStride: 3, offset: 0}));
expectType<Promise<Tensor4D>>()(plan.runAsync(image, {output: floats, signal: AbortSignal.abort()}));
expectType<number>()(plan.bytes);
expectType<Preset>()(presets['deeplab-v2-resnet101']);
expectType<number>()(concurrency());
expectType<string>()(simd().active);
expectType<string>()(versions.densecrf);

// refine gives back what it was given
const picture = {image: bytes, width: 2, height: 2};
expectType<Promise<Refined>>()(refine({...picture, probabilities: floats}));
expectType<Promise<Refined>>()(refine({...picture, logits: floats}));
expectType<Promise<Refined>>()(refine({...picture, labels: bytes}));
expectType<Promise<RefinedForeground<Float32Array>>>()(refine({...picture, foreground: floats}));
expectType<Promise<RefinedForeground<Uint8Array>>>()(refine({...picture, foreground: bytes}));
expectType<Refined>()(refineSync({...picture, probabilities: floats}));
expectType<RefinedForeground<Uint8Array>>()(refineSync({...picture, foreground: new Uint8ClampedArray(4)}));
declare const anyOptions: RefineOptions;
expectType<Promise<Refined | RefinedForeground>>()(refine(anyOptions));
void refine({image: {data: bytes, width: 2, height: 2}, probabilities: floats});

// Compatibilities
crf.addPairwiseGaussian({sxy: [3, 2], compat: [-3, -3]});
crf.addPairwiseBilateral({
  sxy: 3,
  srgb: [1, 2, 3],
  image: floats,
  compat: [
    [1, 2],
    [2, 1],
  ] as const,
});
crf.addPairwiseEnergy({features: createPairwiseBilateral({shape: [2, 3], sdims: 1, srgb: 1, image: bytes}), compat: 1});

// Optional values may be undefined, so that options can be passed on
void crf.inference(5, {signal: undefined, onProgress: undefined, dataFormat: undefined});

// Errors
const error = new DenseCrfError('ERR_BUSY', 'busy');
expectType<DenseCrfErrorCode>()(error.code);

// Mistakes that tsc finds
// @ts-expect-error labels are missing
new DenseCRF({shape: [2, 3]});
// @ts-expect-error a Float64Array
crf.setUnaryEnergy(new Float64Array(12));
// @ts-expect-error a misspelt option
crf.addPairwiseGaussian({sxy: 3, compat: 3, normalisation: 'after'});
// @ts-expect-error no such normalisation
crf.addPairwiseGaussian({sxy: 3, compat: 3, normalization: 'SYMMETRIC'});
// @ts-expect-error compat is missing
crf.addPairwiseGaussian({sxy: 3});
// @ts-expect-error iterations are missing
void crf.inference();
// @ts-expect-error synchronous calls cannot be aborted
crf.inferenceSync(5, {signal: AbortSignal.abort()});
// @ts-expect-error synchronous calls cannot be aborted
refineSync({...picture, probabilities: floats, signal: AbortSignal.abort()});
// @ts-expect-error nothing to refine
void refine(picture);
// @ts-expect-error two things to refine
void refine({...picture, probabilities: floats, labels: bytes});
// @ts-expect-error no such preset
void refine({...picture, probabilities: floats, preset: 'deeplab'});
// @ts-expect-error labels are read-only
crf.labels = 3;
// @ts-expect-error presets are read-only
presets['crf-rnn'].bilateral.sxy = 3;
// @ts-expect-error no such padding
conv2d(image, image, {pad: 'SAME'});
// @ts-expect-error no such activation
conv2d(image, image, {activation: 'gelu'});
// @ts-expect-error synchronous calls cannot be aborted
conv2d(image, image, {signal: AbortSignal.abort()});
// @ts-expect-error plans are channels last
planConv2d([1, 2, 2, 3], image, {dataFormat: 'NCHW'});
// @ts-expect-error a picture has four axes
conv2d({data: floats, shape: [2, 2, 3]}, image);
// @ts-expect-error an axis must be said
argMax(image);
