import type {RunOptions} from '../../core/job.ts';
import {runKeys} from '../../core/job.ts';
import {checkBetween, checkBoolean, checkInteger, expectation} from '../../core/checks.ts';
import {checkObject, checkOptions} from '../../core/options.ts';
import type {PresetName} from '../../crf/presets.ts';
import {checkPreset} from '../../crf/presets.ts';
import type {RefineBase} from '../../crf/refine-options.ts';
import {checkPreprocessing, type Preprocessing, type PreprocessingName} from './preprocessing.ts';
import type {NetworkOptions} from './network.ts';
import type {Size} from './raster.ts';

/** The CRF's part in {@link segment}: what `refine` takes beside a picture. */
export interface CrfOptions extends Pick<
  RefineBase,
  'preset' | 'gaussian' | 'bilateral' | 'iterations' | 'tolerance' | 'freeze' | 'clip'
> {
  /** How far the network is believed, above 0 to 1. Default 1. */
  scale?: number | undefined;
}

/** How pictures are cut into pieces that are segmented one by one. */
export interface TileOptions {
  /** Sides of a piece: a number, or `[height, width]`. Default: the network's input size. */
  size?: number | readonly [number, number] | undefined;
  /** Pixels that neighbouring pieces have in common. Default: a quarter of the smaller side. */
  overlap?: number | undefined;
}

/** Options of {@link segment}. */
export interface SegmentOptions extends RunOptions {
  /** Refine with the dense CRF: a preset's name, or options as of `refine`. Default false. */
  crf?: false | PresetName | CrfOptions | undefined;
  /** Sizes at which the network sees the picture; probabilities are averaged. Default `[1]`. */
  scales?: readonly number[] | undefined;
  /** Let the network see the mirrored picture too, and average. Default false. */
  flip?: boolean | undefined;
  /** Cut pictures into pieces instead of making large ones smaller; the CRF then works piece by piece too. Default false. */
  tiles?: boolean | TileOptions | undefined;
  /** What a model of variable size sees at once: a number, or `[height, width]`. Default 513. */
  inputSize?: number | readonly [number, number] | undefined;
  /** What the model wants to see of colours. Default `'unit'`; `'none'` for models that take integers. */
  preprocessing?: PreprocessingName | Preprocessing | undefined;
  /** The output that holds scores or labels; of a graph, any node. Default: the scores in front of its label map, or else the largest that holds scores. */
  output?: string | undefined;
  /** How many classes there are. Needed for models that give labels alone and show no scores behind them, checked for all others. */
  classes?: number | undefined;
  /** The probability that a label is right, for models that give labels alone, between 0 and 1. Default 0.7. */
  groundTruthProbability?: number | undefined;
  /** Whether to give probabilities, which take 4 bytes a pixel and class. Default true. */
  probabilities?: boolean | undefined;
}

/** Options, checked, with defaults. */
export interface SegmentPlan {
  readonly crf: CrfOptions | undefined;
  readonly scales: readonly number[];
  readonly flip: boolean;
  readonly tiles: {readonly size: Size | undefined; readonly overlap: number | undefined} | undefined;
  readonly keepsProbabilities: boolean;
  readonly network: NetworkOptions;
}

const keys = [
  ...(['crf', 'scales', 'flip', 'tiles', 'inputSize', 'preprocessing', 'output', 'classes'] as const),
  ...(['groundTruthProbability', 'probabilities', ...runKeys] as const),
];
const crfKeys = [
  ...(['preset', 'gaussian', 'bilateral', 'iterations', 'tolerance', 'freeze', 'clip', 'scale'] as const),
];
/** No picture is shown larger or smaller. */
const [LEAST_SCALE, MOST_SCALE] = [0.05, 8];

/** @throws {DenseCrfError} naming the option that is wrong */
export function checkSegmentOptions(options: SegmentOptions): SegmentPlan {
  checkOptions('the options of segment', options, keys);
  const {preprocessing, output, classes, groundTruthProbability = 0.7} = options;
  if (output !== undefined && typeof output !== 'string')
    throw expectation('ERR_INVALID_TYPE', 'output', 'a name', output);
  return {
    crf: checkCrf(options.crf ?? false),
    scales: checkScales(options.scales ?? [1]),
    flip: checkBoolean('flip', options.flip ?? false),
    tiles: checkTiles(options.tiles ?? false),
    keepsProbabilities: checkBoolean('probabilities', options.probabilities ?? true),
    network: {
      inputSize: checkSize('inputSize', options.inputSize),
      preprocessing: preprocessing === undefined ? undefined : checkPreprocessing('preprocessing', preprocessing),
      output,
      reading: {
        classes: classes === undefined ? undefined : checkInteger('classes', classes, 2, 65535),
        certainty: checkBetween('groundTruthProbability', groundTruthProbability, 0, 1, 'open'),
      },
    },
  };
}

function checkCrf(crf: NonNullable<SegmentOptions['crf']>): CrfOptions | undefined {
  if (crf === false) return undefined;
  if (typeof crf === 'string') return {preset: (checkPreset('crf', crf), crf)};
  return checkOptions('crf', checkObject('crf', crf), crfKeys);
}

function checkScales(scales: readonly number[]): readonly number[] {
  if (!Array.isArray(scales) || scales.length === 0)
    throw expectation('ERR_INVALID_TYPE', 'scales', 'an array of numbers', scales);
  return scales.map((scale, i) => checkBetween(`scales[${i}]`, scale, LEAST_SCALE, MOST_SCALE, 'closed'));
}

function checkTiles(tiles: boolean | TileOptions): SegmentPlan['tiles'] {
  if (typeof tiles === 'boolean') return tiles ? {size: undefined, overlap: undefined} : undefined;
  const {size, overlap} = checkOptions('tiles', tiles, ['size', 'overlap']);
  return {
    size: checkSize('tiles.size', size),
    overlap: overlap === undefined ? undefined : checkInteger('tiles.overlap', overlap, 0),
  };
}

function checkSize(name: string, size: number | readonly [number, number] | undefined): Size | undefined {
  if (size === undefined) return undefined;
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  return {height: checkInteger(name, height, 1, 65536), width: checkInteger(name, width, 1, 65536)};
}
