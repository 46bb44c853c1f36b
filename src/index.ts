export type {DataFormat, DataFormatOptions} from './core/data-format.ts';
export {DenseCrfError, type DenseCrfErrorCode} from './core/errors.ts';
export type {Compatibility} from './crf/compatibility.ts';
export {DenseCRF} from './crf/dense-crf.ts';
export type {DenseCRFOptions, Inference, InferenceOptions, InferenceSyncOptions} from './crf/dense-crf-options.ts';
export {
  createPairwiseBilateral,
  type CreatePairwiseBilateralOptions,
  createPairwiseGaussian,
  type CreatePairwiseGaussianOptions,
} from './crf/features.ts';
export type {RunOptions} from './core/job.ts';
export type {ImageData, PixelArray} from './crf/picture.ts';
export type {LabelMap} from './crf/label-map.ts';
export {type Preset, type PresetName, presets} from './crf/presets.ts';
export {refine, refineSync} from './crf/refine.ts';
export type {
  ForegroundArray,
  Refined,
  RefinedForeground,
  RefineForeground,
  RefineLabels,
  RefineLogits,
  RefineMultiLabel,
  RefineOptions,
  RefineProbabilities,
  RefineSyncOptions,
} from './crf/refine-options.ts';
export type {ScheduleOptions} from './crf/schedule.ts';
export type {
  BilateralOptions,
  EnergyOptions,
  GaussianOptions,
  KernelType,
  Normalization,
  PairwiseOptions,
} from './crf/terms.ts';
export {
  unaryFromLabels,
  type UnaryFromLabelsOptions,
  unaryFromLogits,
  type UnaryFromLogitsOptions,
  unaryFromSoftmax,
  type UnaryFromSoftmaxOptions,
} from './crf/unary.ts';
export {concurrency, simd, versions} from './runtime.ts';
