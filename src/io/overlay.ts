import {contourOf} from './contour.ts';
import type {Rgb} from './colours.ts';
import type {LabelMap} from './label-png.ts';
import type {Picture} from './pictures.ts';

export interface OverlayOptions {
  /** The colour of a label, null to leave the picture as it is there. */
  readonly colourOf: (label: number) => Rgb | null;
  /** How much of the label's colour covers the picture, 0 to 1. */
  readonly opacity?: number;
  /** Width in pixels of the line around each region, 0 for none. */
  readonly contour?: number;
}

const LINE: Rgb = [255, 255, 255];

/** Lays colours for labels over a picture of the same size, with a line where labels meet. */
export function overlay(picture: Picture, map: LabelMap, options: OverlayOptions): Picture {
  const {opacity = 0.5, contour = defaultContour(picture)} = options;
  const rgb = Uint8Array.from(picture.rgb);
  map.labels.forEach((label, i) => {
    const colour = options.colourOf(label);
    if (colour) blend(rgb, i, colour, opacity);
  });
  if (contour > 0) contourOf(map, contour).forEach((coverage, i) => coverage > 0 && blend(rgb, i, LINE, coverage));
  return {...picture, rgb};
}

function defaultContour({width, height}: Picture): number {
  return Math.max(1, Math.round(Math.max(width, height) / 400));
}

function blend(rgb: Uint8Array, pixel: number, colour: Rgb, amount: number): void {
  for (let c = 0; c < 3; ++c) {
    const below = rgb[3 * pixel + c] ?? 0;
    rgb[3 * pixel + c] = Math.round(below + amount * ((colour[c] ?? 0) - below));
  }
}
