import {checkChannelsFirst} from '../core/data-format.ts';
import {checkObject, checkOptions} from '../core/options.ts';
import {DenseCRF} from './dense-crf.ts';
import {checkRunOptions, runKeys, type RunOptions} from '../core/job.ts';
import {checkPicture} from './picture.ts';
import {checkPreset, type Preset} from './presets.ts';
import {checkRefineKeys} from './refine-keys.ts';
import type {
  Refined,
  RefinedForeground,
  RefineForeground,
  RefineMultiLabel,
  RefineOptions,
  RefineSyncOptions,
} from './refine-options.ts';
import {type Source, sourceOf} from './refine-sources.ts';
import type {ScheduleOptions} from './schedule.ts';
import type {BilateralOptions, PairwiseOptions} from './terms.ts';

type Bytes = Uint8Array | Uint8ClampedArray;

/**
 * Refines a segmentation with its picture, in one call: from exactly one of `probabilities`, `logits`, `labels` or
 * `foreground`. Inference runs on a thread of its own.
 *
 * @throws {DenseCrfError} (as a rejection) naming the option that is wrong; an abort rejects with `signal.reason`
 *
 * @example
 * const {labels} = await refine({image: rgb, width, height, probabilities, preset: 'deeplab-v2-resnet101'});
 * const {foreground} = await refine({image: rgb, width, height, foreground: mask});
 */
export function refine(options: RefineForeground<Float32Array> & RunOptions): Promise<RefinedForeground<Float32Array>>;
export function refine(options: RefineForeground<Bytes> & RunOptions): Promise<RefinedForeground<Uint8Array>>;
export function refine(options: RefineMultiLabel & RunOptions): Promise<Refined>;
export function refine(options: RefineOptions): Promise<Refined | RefinedForeground>;
export async function refine(options: RefineOptions): Promise<Refined | RefinedForeground> {
  const {signal, onProgress} = checkRunOptions(checkObject('the options of refine', options));
  checkRefineKeys('the options of refine', options, runKeys);
  signal?.throwIfAborted();
  const {crf, source, iterations, schedule} = prepare(options);
  try {
    const {dataFormat} = source;
    return source.result(await crf.inference(iterations, {signal, onProgress, dataFormat, ...schedule}));
  } finally {
    crf.dispose();
  }
}

/** {@link refine} on the calling thread. */
export function refineSync(options: RefineForeground<Float32Array>): RefinedForeground<Float32Array>;
export function refineSync(options: RefineForeground<Bytes>): RefinedForeground<Uint8Array>;
export function refineSync(options: RefineMultiLabel): Refined;
export function refineSync(options: RefineSyncOptions): Refined | RefinedForeground;
export function refineSync(options: RefineSyncOptions): Refined | RefinedForeground {
  checkRefineKeys('the options of refineSync', checkObject('the options of refineSync', options), []);
  const {crf, source, iterations, schedule} = prepare(options);
  try {
    return source.result(crf.inferenceSync(iterations, {dataFormat: source.dataFormat, ...schedule}));
  } finally {
    crf.dispose();
  }
}

interface Prepared {
  crf: DenseCRF;
  source: Source;
  iterations: number;
  schedule: ScheduleOptions;
}

/** A CRF with everything set that the options say. */
function prepare(options: RefineSyncOptions): Prepared {
  const {preset: name = 'deeplab-v2-resnet101', dataFormat, imageDataFormat = dataFormat} = options;
  const preset = checkPreset('preset', name);
  const picture = checkPicture(
    options.image,
    options.width,
    options.height,
    checkChannelsFirst('imageDataFormat', imageDataFormat),
  );
  const {width, height} = picture;
  const source = sourceOf(options, {width, height});
  const crf = new DenseCRF({shape: [height, width], labels: source.labels});
  try {
    addTerms(crf, options, preset, {image: picture.pixels, dataFormat: imageDataFormat});
    crf.setUnaryEnergy(source.energy(), {dataFormat: source.dataFormat});
  } catch (error) {
    crf.dispose();
    throw error;
  }
  const {iterations = preset.iterations, tolerance, freeze} = options;
  return {crf, source, iterations, schedule: {tolerance, freeze}};
}

/** The preset's terms, less what the options replace. */
function addTerms(
  crf: DenseCRF,
  {gaussian = {}, bilateral = {}}: RefineSyncOptions,
  preset: Preset,
  picture: Pick<BilateralOptions, 'image' | 'dataFormat'>,
): void {
  const keys = ['sxy', 'compat', 'normalization', 'kernel', 'kernelParameters'] as const;
  if (gaussian !== false) {
    checkOptions('gaussian', gaussian, keys);
    crf.addPairwiseGaussian({sxy: gaussian.sxy ?? preset.gaussian.sxy, ...pairwise(gaussian, preset.gaussian)});
  }
  if (bilateral !== false) {
    checkOptions('bilateral', bilateral, [...keys, 'srgb']);
    const {sxy = preset.bilateral.sxy, srgb = preset.bilateral.srgb} = bilateral;
    crf.addPairwiseBilateral({sxy, srgb, ...picture, ...pairwise(bilateral, preset.bilateral)});
  }
}

function pairwise(given: Partial<PairwiseOptions>, {compat}: {compat: number}): PairwiseOptions {
  const {normalization, kernel, kernelParameters} = given;
  return {compat: given.compat ?? compat, normalization, kernel, kernelParameters};
}
