import {vocColour} from '../../io/colours.ts';
import type {DatasetClass} from './dataset.ts';

const NAMES = [
  ...['background', 'aeroplane', 'bicycle', 'bird', 'boat', 'bottle', 'bus', 'car', 'cat', 'chair', 'cow'],
  ...['dining table', 'dog', 'horse', 'motorbike', 'person', 'potted plant', 'sheep', 'sofa', 'train', 'tv monitor'],
];

/**
 * The 20 classes of PASCAL VOC and its background, in alphabetical order; the colours follow from the labels' bits.
 *
 * Source: Everingham et al., The PASCAL Visual Object Classes Challenge, 2012; VOCcolormap.m of its development kit.
 */
export const pascalVocClasses: readonly DatasetClass[] = Object.freeze(
  NAMES.map((name, label) => Object.freeze({name, colour: vocColour(label)})),
);
