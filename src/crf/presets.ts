import {checkChoice} from '../core/checks.ts';

/** Parameters that somebody published results with: a Gaussian and a bilateral term, and how often to iterate. */
export interface Preset {
  /** The smoothness term. */
  readonly gaussian: {readonly sxy: number; readonly compat: number};
  /** The appearance term; `srgb` is for values from 0 to 255. */
  readonly bilateral: {readonly sxy: number; readonly srgb: number; readonly compat: number};
  /** Mean-field iterations. */
  readonly iterations: number;
  /** Where the parameters are from. */
  readonly source: string;
}

function preset(
  [sxyGaussian, compatGaussian]: readonly [number, number],
  [sxy, srgb, compat]: readonly [number, number, number],
  iterations: number,
  source: string,
): Preset {
  return Object.freeze({
    gaussian: Object.freeze({sxy: sxyGaussian, compat: compatGaussian}),
    bilateral: Object.freeze({sxy, srgb, compat}),
    iterations,
    source,
  });
}

/** The names of {@link presets}. */
export const presetNames = [
  'pydensecrf',
  'crf-rnn',
  'deeplab-v1',
  'deeplab-v2-vgg16',
  'deeplab-v2-resnet101',
  'weakly-supervised',
  'weakly-supervised-wide',
] as const;

/** One of {@link presetNames}. */
export type PresetName = (typeof presetNames)[number];

/**
 * Parameters by name. All use symmetric normalisation, as pydensecrf does.
 *
 * `'deeplab-v2-resnet101'` is the one for the output of a good network. The widely copied `'pydensecrf'` is for coarse
 * annotations: it makes a good network's output worse.
 */
export const presets: Readonly<Record<PresetName, Preset>> = Object.freeze({
  pydensecrf: preset([3, 3], [80, 13, 10], 5, "pydensecrf's examples, and those of Krähenbühl and Koltun's code, 2011"),
  'crf-rnn': preset(
    [3, 3],
    [160, 3, 5],
    10,
    'Zheng et al., Conditional Random Fields as Recurrent Neural Networks, 2015',
  ),
  'deeplab-v1': preset([3, 3], [50, 10, 5], 10, 'Chen et al., DeepLab, 2015: the first corner of the grid it searches'),
  'deeplab-v2-vgg16': preset([2, 2], [65, 3, 4], 10, 'Chen et al., DeepLab v2, 2017, for VGG-16'),
  'deeplab-v2-resnet101': preset([1, 3], [67, 3, 4], 10, 'Chen et al., DeepLab v2, 2017, for ResNet-101'),
  'weakly-supervised': preset([3, 3], [49, 5, 4], 10, 'common in weakly-supervised segmentation'),
  'weakly-supervised-wide': preset(
    [3, 3],
    [64, 5, 4],
    10,
    'weakly-supervised segmentation with a wider bilateral term',
  ),
});

/** The preset of a name. */
export function checkPreset(name: string, value: unknown): Preset {
  return presets[checkChoice(name, value, presetNames)];
}
