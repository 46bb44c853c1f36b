import {presets} from '../crf/presets.ts';
import {AUTO_ORIENT, CLIP, CRF_PARAMETERS, FLOAT16, PRINTING, SHARD, THREADS} from './common-table.ts';
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
  ...CLIP,
  ...AUTO_ORIENT,
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
  ...FLOAT16,
  matte: {value: 'FILE', help: 'the probability of the foreground as a grey PNG'},
  opacity: {value: 'A', help: 'of the labels on the overlay, 0 to 1, default 0.5'},
  ...PRINTING,
} as const satisfies OptionTable;

const BATCH = {
  images: {
    value: 'DIR',
    help: 'a folder of pictures, a pattern such as "set/**/*.jpg", or a text file with a path on each line',
  },
  inputs: {value: 'DIR', help: "a folder with a .npy or PNG of each picture's base name"},
  ...SHARD,
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
