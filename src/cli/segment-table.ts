import {presets} from '../crf/presets.ts';
import {datasetNames} from '../deeplab/datasets/datasets.ts';
import {preprocessingNames} from '../deeplab/pipeline/preprocessing.ts';
import {AUTO_ORIENT, CLIP, CRF_PARAMETERS, FLOAT16, PRINTING, SHARD, THREADS} from './common-table.ts';
import type {OptionGroup} from './help.ts';
import type {OptionTable} from './options.ts';

export const BACKENDS = ['densecrf', 'cpu', 'wasm', 'tensorflow'] as const;

const NETWORK = {
  model: {value: 'DIR', help: 'a graph model or a layers model of TensorFlow.js: the folder of its model.json'},
  'output-node': {value: 'NAME', help: 'the output with the scores or labels, where a model has several'},
  dataset: {
    value: 'NAME',
    help: `names and colours of the classes: ${datasetNames.join(', ')}; default the one with as many classes`,
  },
  classes: {value: 'N', help: 'how many classes there are, where a model gives labels alone and there is no --dataset'},
  'input-size': {value: 'SIZE', help: 'what a model of variable size sees at once, as 513 or 640x480, default 513'},
  preprocessing: {
    value: 'HOW',
    help: `${preprocessingNames.join(', ')}; default unit, or none for models that take integers`,
  },
  scales: {value: 'A,B,..', help: 'sizes at which the network sees the picture; probabilities are averaged, default 1'},
  flip: {help: 'let it see the mirrored picture too'},
  tiles: {value: 'SIZE', help: 'cut larger pictures into pieces of this size instead of making them smaller'},
  overlap: {value: 'N', help: 'pixels that neighbouring pieces have in common, default a quarter of the smaller side'},
  ...AUTO_ORIENT,
  backend: {
    value: 'NAME',
    help: `of TensorFlow.js, with native kernels: ${BACKENDS.join(', ')} (tfjs-node); default densecrf`,
  },
  ...THREADS,
} as const satisfies OptionTable;

const CRF = {
  crf: {value: 'NAME', help: `refine with a preset: ${Object.keys(presets).join(', ')}; default not at all`},
  ...CRF_PARAMETERS,
  ...CLIP,
} as const satisfies OptionTable;

const OUTPUT = {
  output: {
    short: 'o',
    value: 'DIR',
    help: 'where NAME.png, a palette PNG of labels, and overlays/NAME.png with a legend go',
  },
  'no-overlay': {help: 'write no overlays'},
  probabilities: {help: 'write probabilities/NAME.npy too, [height, width, classes]'},
  ...FLOAT16,
  report: {value: 'FILE', help: 'one HTML page with every picture, network, refined, difference and timings'},
  opacity: {value: 'A', help: 'of the labels on overlays, 0 to 1, default 0.5'},
  ...PRINTING,
} as const satisfies OptionTable;

const BATCH = {
  ...SHARD,
  'skip-existing': {help: 'leave out pictures whose labels are there already'},
} as const satisfies OptionTable;

/** Every option of `densecrf segment`. */
export const SEGMENT_OPTIONS = {...NETWORK, ...CRF, ...OUTPUT, ...BATCH} as const satisfies OptionTable;

export type SegmentOption = keyof typeof SEGMENT_OPTIONS;

export const SEGMENT_GROUPS: readonly OptionGroup[] = [
  {title: 'Network', options: NETWORK},
  {title: 'CRF', options: CRF},
  {title: 'Output', options: OUTPUT},
  {title: 'Many pictures', options: BATCH},
];
