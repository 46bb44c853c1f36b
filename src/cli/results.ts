import {vocColour, vocPalette} from '../io/colours.ts';
import type {Rgb} from '../io/colours.ts';
import {writeOutput} from '../io/files.ts';
import {encodeLabelPng} from '../io/label-png.ts';
import {encodeNpy} from '../io/npy.ts';
import {overlay} from '../io/overlay.ts';
import {composePanels} from '../io/panels.ts';
import {encodePng} from '../io/pictures.ts';
import type {Picture} from '../io/pictures.ts';

/** The files to write, each only if it is named. */
export type Outputs = Readonly<
  Partial<Record<'output' | 'overlay' | 'sideBySide' | 'probabilities' | 'matte', string>>
>;

/** What came out of the CRF. */
export interface Result {
  readonly labels: Int32Array;
  /** `[height, width, channels]`; of a foreground, its one channel. */
  readonly probabilities: Float32Array;
  readonly isForeground: boolean;
  readonly iterations: number;
  /** How many colours the label PNG needs. */
  readonly colours: number;
}

export interface DrawingSettings {
  readonly opacity: number | undefined;
  readonly float16: boolean;
}

/** Writes every file that was asked for. */
export async function writeResults(
  outputs: Outputs,
  picture: Picture,
  before: Int32Array,
  result: Result,
  settings: DrawingSettings,
): Promise<void> {
  const {width, height} = picture;
  const draw = (labels: Int32Array): Picture => drawLabels(picture, labels, settings.opacity);
  if (outputs.output !== undefined) {
    await writeOutput(
      outputs.output,
      encodeLabelPng({width, height, labels: result.labels}, vocPalette(result.colours)),
    );
  }
  if (outputs.overlay !== undefined) {
    await writeOutput(outputs.overlay, await encodePng(draw(result.labels).rgb, width, height, 3));
  }
  if (outputs.sideBySide !== undefined) {
    const panels = [
      {picture, title: 'Picture', detail: `${width} × ${height}`},
      {picture: draw(before), title: 'Before', detail: 'as it came'},
      {picture: draw(result.labels), title: 'After', detail: `${result.iterations} iterations`},
    ];
    await writeOutput(outputs.sideBySide, await composePanels(panels));
  }
  if (outputs.probabilities !== undefined) {
    const shape = result.isForeground
      ? [height, width]
      : [height, width, result.probabilities.length / (width * height)];
    const type = settings.float16 ? 'float16' : 'float32';
    await writeOutput(outputs.probabilities, encodeNpy(result.probabilities, shape, type));
  }
  if (outputs.matte !== undefined) await writeOutput(outputs.matte, await encodePng(matteOf(result), width, height, 1));
}

/** Label 0, the background, stays as it is. */
function drawLabels(picture: Picture, labels: Int32Array, opacity = 0.5): Picture {
  const colours = new Map<number, Rgb | null>([[0, null]]);
  const colourOf = (label: number): Rgb | null => {
    const known = colours.get(label);
    if (known !== undefined) return known;
    const colour = vocColour(label);
    colours.set(label, colour);
    return colour;
  };
  return overlay(picture, {width: picture.width, height: picture.height, labels}, {colourOf, opacity});
}

/** The probability of the foreground in 255 steps: of anything but label 0. */
function matteOf({probabilities, isForeground, labels}: Result): Uint8Array {
  const channels = probabilities.length / labels.length;
  const share = (point: number): number => {
    const p = probabilities[point * channels] ?? 0;
    return isForeground ? p : 1 - p;
  };
  return Uint8Array.from(labels, (_, point) => Math.round(255 * share(point)));
}
