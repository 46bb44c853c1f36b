import type {DataFormat, DataFormatOptions} from '../core/data-format.ts';
import type {RunOptions} from '../core/job.ts';
import type {LabelMap} from './label-map.ts';
import type {ImageData, PixelArray} from './picture.ts';
import type {PresetName} from './presets.ts';
import type {ScheduleOptions} from './schedule.ts';
import type {BilateralOptions, GaussianOptions} from './terms.ts';

/** What all forms of {@link refine} have in common. */
export interface RefineBase extends ScheduleOptions, DataFormatOptions {
  /**
   * The picture: grey, RGB or RGBA values, `[height, width, channels]`, from 0 to 255 (the presets' `srgb` is in that unit;
   * floats are welcome). Alpha is ignored. Or an object `{data, width, height}` such as a canvas's ImageData.
   */
  image: PixelArray | ImageData;
  /** Of the picture; may be left out where `image` knows it. */
  width?: number | undefined;
  /** Of the picture; may be left out where `image` knows it. */
  height?: number | undefined;
  /** Layout of the picture where it is not `dataFormat`: many have channels-first probabilities for a channels-last picture. */
  imageDataFormat?: DataFormat | undefined;
  /** Parameters by name. Default `'deeplab-v2-resnet101'`. */
  preset?: PresetName | undefined;
  /** The smoothness term: what is given here replaces the preset's; false leaves the term out. */
  gaussian?: Partial<GaussianOptions> | false | undefined;
  /** The appearance term: what is given here replaces the preset's; false leaves the term out. */
  bilateral?: Partial<Omit<BilateralOptions, 'image' | 'dataFormat'>> | false | undefined;
  /** Mean-field iterations. Default: the preset's. */
  iterations?: number | undefined;
  /** The least probability of the input, between 0 and 1. Default 1e-5. */
  clip?: number | undefined;
}

/** {@link refine} from the probabilities of a network. */
export interface RefineProbabilities extends RefineBase {
  /** `[height, width, labels]`, or `[labels, height, width]` with `dataFormat: 'channelsFirst'`; from 0 to 1. */
  probabilities: Float32Array;
  logits?: undefined;
  labels?: undefined;
  foreground?: undefined;
  /** How far they are believed, above 0 to 1: `scale p + (1 - scale) / labels`. Default 1. */
  scale?: number | undefined;
}

/** {@link refine} from the scores of a network before softmax. */
export interface RefineLogits extends RefineBase {
  /** `[height, width, labels]`, or `[labels, height, width]` with `dataFormat: 'channelsFirst'`. */
  logits: Float32Array;
  probabilities?: undefined;
  labels?: undefined;
  foreground?: undefined;
  /** How far their softmax is believed, above 0 to 1: `scale p + (1 - scale) / labels`. Default 1. */
  scale?: number | undefined;
}

/** {@link refine} from a label for each pixel. */
export interface RefineLabels extends RefineBase {
  /** `[height, width]`, labels from 0 to `labelCount - 1`. */
  labels: LabelMap;
  probabilities?: undefined;
  logits?: undefined;
  foreground?: undefined;
  /** How many labels there are, "unknown" not counted. Default: as many as the greatest one in the map needs, and at least 2. */
  labelCount?: number | undefined;
  /** The probability that a given label is right, between 0 and 1. Default 0.7. */
  groundTruthProbability?: number | undefined;
  /**
   * Whether 0 means "unknown" and the labels are 1 to `labelCount`, in the map and in the labels given back; label k is then
   * channel k - 1 of the probabilities. Default false.
   */
  zeroUnsure?: boolean | undefined;
  /** Another value of the map that means "unknown", such as PASCAL VOC's 255. Default: none. */
  voidLabel?: number | undefined;
}

/** One value for each pixel: how much of the foreground it is. */
export type ForegroundArray = Float32Array | Uint8Array | Uint8ClampedArray;

/** {@link refine} from one channel that says how much of the foreground a pixel is. */
export interface RefineForeground<Mask extends ForegroundArray = ForegroundArray> extends RefineBase {
  /** `[height, width]`: probabilities from 0 to 1 (floats), or a mask or alpha matte from 0 to 255 (bytes). */
  foreground: Mask;
  probabilities?: undefined;
  logits?: undefined;
  labels?: undefined;
  /**
   * The probability that full foreground (or none) is right, above 0.5 to 1; shades lie between. A mask does not say how
   * certain it is, a probability does. Default 0.7 for bytes, 1 for floats.
   */
  groundTruthProbability?: number | undefined;
}

/** {@link refine} of any number of labels. */
export type RefineMultiLabel = RefineProbabilities | RefineLogits | RefineLabels;

/** What {@link refineSync} takes. */
export type RefineSyncOptions = RefineMultiLabel | RefineForeground;

/** What {@link refine} takes. */
export type RefineOptions = RefineSyncOptions & RunOptions;

/** What {@link refine} gives. */
export interface Refined {
  /** `[height, width, labels]`, or `[labels, height, width]` with `dataFormat: 'channelsFirst'`. */
  probabilities: Float32Array;
  /** The label of greatest probability, `[height, width]`. */
  labels: Int32Array;
  width: number;
  height: number;
}

/** What {@link refine} gives for a `foreground`. */
export interface RefinedForeground<Mask extends Float32Array | Uint8Array = Float32Array | Uint8Array> {
  /** `[height, width]`: probabilities from 0 to 1 where floats came in, from 0 to 255 where bytes did. */
  foreground: Mask;
  /** 1 in the foreground, 0 elsewhere, `[height, width]`. */
  labels: Int32Array;
  width: number;
  height: number;
}
