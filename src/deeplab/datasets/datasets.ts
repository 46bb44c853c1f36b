import {checkChoice} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {vocColour} from '../../io/colours.ts';
import {ade20kClasses} from './ade20k.ts';
import {cityscapesClasses} from './cityscapes.ts';
import type {Dataset, DatasetClass} from './dataset.ts';
import {pascalVocClasses} from './pascal-voc.ts';

/** The names of {@link datasets}. */
export const datasetNames = ['pascal-voc', 'cityscapes', 'ade20k', 'ade20k-with-background'] as const;

/** One of {@link datasetNames}. */
export type DatasetName = (typeof datasetNames)[number];

const OTHER: DatasetClass = Object.freeze({name: 'other', colour: [0, 0, 0] as const});
const ADE20K_SOURCE = 'Zhou et al., Scene Parsing through ADE20K Dataset, 2017';

/**
 * Label names and colour maps of the data sets that DeepLab is trained on.
 *
 * `'ade20k-with-background'` is for networks of 151 classes whose label 0 is everything else, as DeepLab's own; its
 * annotations count from 1 and mean "void" by 0.
 */
export const datasets: Readonly<Record<DatasetName, Dataset>> = Object.freeze({
  'pascal-voc': Object.freeze({
    title: 'PASCAL VOC 2012',
    classes: pascalVocClasses,
    background: 0,
    voidLabel: 255,
    source: 'Everingham et al., The PASCAL Visual Object Classes Challenge, 2012',
  }),
  cityscapes: Object.freeze({
    title: 'Cityscapes',
    classes: cityscapesClasses,
    background: undefined,
    voidLabel: 255,
    source: 'Cordts et al., The Cityscapes Dataset for Semantic Urban Scene Understanding, 2016',
  }),
  ade20k: Object.freeze({
    title: 'ADE20K',
    classes: ade20kClasses,
    background: undefined,
    voidLabel: 255,
    source: ADE20K_SOURCE,
  }),
  'ade20k-with-background': Object.freeze({
    title: 'ADE20K with a background',
    classes: Object.freeze([OTHER, ...ade20kClasses]),
    background: 0,
    voidLabel: 0,
    source: ADE20K_SOURCE,
  }),
} satisfies Record<DatasetName, Dataset>);

/**
 * The data set of a name, for a network of so many classes.
 *
 * @throws {DenseCrfError} `ERR_OUT_OF_RANGE` for an unknown name, `ERR_INVALID_SHAPE` if the network has another number of classes
 */
export function checkDataset(name: string, value: unknown, classes: number): Dataset {
  const dataset = datasets[checkChoice(name, value, datasetNames)];
  if (dataset.classes.length === classes) return dataset;
  const fitting = datasetNames.filter(known => datasets[known].classes.length === classes);
  const hint = fitting.length > 0 ? `: it fits '${fitting.join("' and '")}'` : '';
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected a network of ${dataset.classes.length} classes for ${name} '${String(value)}' but received one of ${classes}${hint}`,
  );
}

/** The data set that has so many classes; numbered ones in PASCAL VOC's colours if none has. */
export function datasetOf(classes: number): Dataset {
  const known = datasetNames.find(name => datasets[name].classes.length === classes);
  return known === undefined ? numberedClasses(classes) : datasets[known];
}

function numberedClasses(count: number): Dataset {
  return {
    title: `${count} classes`,
    classes: Array.from({length: count}, (_, label) => ({name: `class ${label}`, colour: vocColour(label)})),
    background: 0,
    voidLabel: 255,
    source: 'numbers; VOCcolormap.m of the PASCAL VOC development kit',
  };
}
