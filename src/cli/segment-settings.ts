import {presets} from '../crf/presets.ts';
import {datasetNames, datasets} from '../deeplab/datasets/datasets.ts';
import type {DatasetName} from '../deeplab/datasets/datasets.ts';
import {preprocessingNames} from '../deeplab/pipeline/preprocessing.ts';
import type {SegmentOptions} from '../deeplab/pipeline/segment-options.ts';
import {CRF_PARAMETERS} from './common-table.ts';
import type {Arguments} from './options.ts';
import {BACKENDS} from './segment-table.ts';
import type {SegmentOption} from './segment-table.ts';
import {crfSettings, pictureSize, presetName} from './settings.ts';
import {UsageError} from './usage-error.ts';

type Args = Arguments<SegmentOption>;

/** What the options say about all pictures. */
export interface SegmentSettings {
  readonly segment: SegmentOptions;
  readonly dataset: DatasetName | undefined;
  /** What the report and the JSON call the CRF; undefined without one. */
  readonly crf: {readonly preset: string; readonly iterations: number} | undefined;
  readonly backend: (typeof BACKENDS)[number];
  readonly overlays: boolean;
  readonly probabilities: boolean;
  readonly float16: boolean;
  readonly opacity: number | undefined;
  readonly autoOrient: boolean;
}

const CRF_OPTIONS: readonly (keyof typeof CRF_PARAMETERS | 'clip')[] = Object.keys(CRF_PARAMETERS).filter(isParameter);

/** @throws {UsageError} for a value that cannot be */
export async function segmentSettings(args: Args): Promise<SegmentSettings> {
  const crf = await crfOptions(args);
  const dataset = args.choice('dataset', datasetNames);
  const classes = args.integer('classes', 2, 65535);
  const known = dataset && datasets[dataset].classes.length;
  if (known !== undefined && classes !== undefined && known !== classes) {
    throw new UsageError(
      `Expected --classes to be ${known}, as many as --dataset ${dataset} has, but received ${classes}`,
    );
  }
  const size = pictureSize('input-size', args.text('input-size'));
  const probabilities = args.has('probabilities');
  return {
    segment: {
      crf: crf ?? false,
      scales: args.numbers('scales', value => value >= 0.05 && value <= 8, 'numbers from 0.05 to 8'),
      flip: args.has('flip'),
      tiles: tileOptions(args),
      inputSize: size && [size.height, size.width],
      preprocessing: args.choice('preprocessing', preprocessingNames),
      output: args.text('output-node'),
      classes: classes ?? known,
      probabilities,
    },
    dataset,
    crf: crf && {preset: crf.preset, iterations: crf.iterations ?? presets[crf.preset].iterations},
    backend: args.choice('backend', BACKENDS) ?? 'densecrf',
    overlays: !args.has('no-overlay'),
    probabilities,
    float16: args.has('float16'),
    opacity: args.number('opacity', value => value >= 0 && value <= 1, 'a number from 0 to 1'),
    autoOrient: args.has('auto-orient'),
  };
}

async function crfOptions(args: Args) {
  const preset = args.text('crf');
  if (preset !== undefined) return crfSettings(args, presetName('crf', preset));
  const without = CRF_OPTIONS.find(name => args.has(name));
  if (without !== undefined) throw new UsageError(`--${without} needs --crf`);
  return undefined;
}

function tileOptions(args: Args): SegmentOptions['tiles'] {
  const size = pictureSize('tiles', args.text('tiles'));
  const overlap = args.integer('overlap', 0);
  if (!size && overlap !== undefined) throw new UsageError('--overlap needs --tiles');
  return size && {size: [size.height, size.width], overlap};
}

function isParameter(name: string): name is keyof typeof CRF_PARAMETERS {
  return Object.hasOwn(CRF_PARAMETERS, name);
}
