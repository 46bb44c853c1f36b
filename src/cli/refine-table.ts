import {presets} from '../crf/presets.ts';
import type {OptionGroup} from './help.ts';
import type {OptionTable} from './options.ts';

const INPUT = {
  logits: {help: 'the values are logits, the scores before softmax'},
  'data-format': {value: 'ORDER', help: 'channels-first or channels-last, where the shape does not tell'},
  resize: {
    value: 'GRID',
    help: 'how smaller maps are enlarged: align-corners (default, as DeepLab), half-pixel-centers, legacy',
  },
  canvas: {
    value: 'SIZE',
    help: 'the map covers a canvas of this size, as 513 or 640x480, with the picture in its top left corner and padding beyond',
  },
  foreground: {help: 'the input is a picture of a mask or an alpha matte, white where the foreground is'},
  labels: {value: 'N', help: 'number of labels; for a label PNG the greatest label + 1 if not given'},
  'zero-unsure': {help: 'in a label map 0 means unknown and labels count from 1, as in pydensecrf'},
  'void-label': {value: 'LABEL', help: 'pixels of a label map with this value are unknown, as 255 in PASCAL VOC'},
  'ground-truth-probability': {value: 'P', help: 'how certain a label map or mask is, default 0.7'},
  scale: {value: 'S', help: 'how far probabilities are believed, above 0 to 1, default 1'},
  clip: {value: 'P', help: 'the least probability, default 1e-5'},
  'auto-orient': {help: 'turn the picture as its EXIF orientation says'},
} as const satisfies OptionTable;

/** The options of the CRF itself. */
export const CRF_PARAMETERS = {
  iterations: {value: 'T', help: "mean-field iterations, default the preset's"},
  tolerance: {value: 'P', help: 'stop once an iteration changes no probability by more, 0 to 1, default 0: never'},
  freeze: {value: 'P', help: 'leave points alone that are above 1 - P certain, 0 to 0.5, default 0: none'},
  'bilateral-sxy': {value: 'S', help: 'reach of the appearance term in pixels, or X,Y'},
  'bilateral-srgb': {value: 'S', help: 'its reach in colour, in steps of 255, or R,G,B'},
  'bilateral-compat': {value: 'W', help: 'its weight, or a number for each label A,B,.., or a .npy file with a matrix'},
  'gaussian-sxy': {value: 'S', help: 'reach of the smoothness term in pixels, or X,Y'},
  'gaussian-compat': {value: 'W', help: 'its weight, as --bilateral-compat'},
  'no-bilateral': {help: 'leave out the appearance term'},
  'no-gaussian': {help: 'leave out the smoothness term'},
  normalization: {value: 'HOW', help: 'of both terms: symmetric (default), before, after or none'},
  'bilateral-kernel': {value: 'TYPE', help: 'const (default), diag or full'},
  'bilateral-kernel-parameters': {value: 'A,B,..', help: '5 factors for diag, 25 for full'},
  'gaussian-kernel': {value: 'TYPE', help: 'const (default), diag or full'},
  'gaussian-kernel-parameters': {value: 'A,B,..', help: '2 factors for diag, 4 for full'},
} as const satisfies OptionTable;

export const THREADS = {
  threads: {value: 'N', help: 'default: as many as there are processors'},
} as const satisfies OptionTable;

const PARAMETERS = {
  preset: {value: 'NAME', help: `${Object.keys(presets).join(', ')}; default deeplab-v2-resnet101`},
  ...CRF_PARAMETERS,
  ...THREADS,
} as const satisfies OptionTable;

const OUTPUT = {
  output: {short: 'o', value: 'FILE', help: 'labels as a palette PNG (16-bit grey above 256 labels)'},
  overlay: {value: 'FILE', help: 'the labels laid over the picture, PNG'},
  'side-by-side': {value: 'FILE', help: 'the picture, the input and the result with captions, PNG'},
  probabilities: {
    value: 'FILE',
    help: 'probabilities as .npy, [height, width, labels], [height, width] for a foreground',
  },
  float16: {help: 'write them as float16, not float32'},
  matte: {value: 'FILE', help: 'the probability of the foreground as a grey PNG'},
  opacity: {value: 'A', help: 'of the labels on the overlay, 0 to 1, default 0.5'},
  json: {help: 'print a JSON object for each picture on stdout, and nothing else there'},
  quiet: {short: 'q', help: 'print errors only'},
} as const satisfies OptionTable;

const BATCH = {
  images: {
    value: 'DIR',
    help: 'a folder of pictures, a pattern such as "set/**/*.jpg", or a text file with a path on each line',
  },
  inputs: {value: 'DIR', help: "a folder with a .npy or PNG of each picture's base name"},
  shard: {value: 'i/n', help: 'do the i-th of n equal parts of the pictures, i from 1 to n'},
  'skip-existing': {help: 'leave out pictures whose result is there already'},
} as const satisfies OptionTable;

/** Every option of `densecrf refine`. */
export const REFINE_OPTIONS = {...INPUT, ...PARAMETERS, ...OUTPUT, ...BATCH} as const satisfies OptionTable;

export type RefineOption = keyof typeof REFINE_OPTIONS;

export const REFINE_GROUPS: readonly OptionGroup[] = [
  {title: 'Input', options: INPUT},
  {title: 'Parameters', options: PARAMETERS},
  {title: 'Output', options: OUTPUT},
  {title: 'Many pictures (the output options then name folders)', options: BATCH},
];
