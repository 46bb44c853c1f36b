import {DenseCrfError} from '../core/errors.ts';
import {invalidFile} from '../io/files.ts';
import {decodeLabelPng} from '../io/label-png.ts';
import type {LabelMap} from '../io/label-png.ts';
import {decodeNpy, isNpy} from '../io/npy.ts';
import type {NpyArray} from '../io/npy.ts';
import {decodeMatte} from '../io/pictures.ts';
import {isPng} from '../io/png-format.ts';
import {canvasOf, enlargeLabels, enlargeValues} from './enlarge.ts';
import {checkValues} from './map-values.ts';
import {hasSameProportions, layoutOf} from './layout.ts';
import type {Layout, Size} from './layout.ts';
import type {MapSettings} from './settings.ts';

/** What there is to refine: of the picture's size, labels last. */
export type MapInput = {readonly notes: readonly string[]} & (
  | {readonly kind: 'probabilities' | 'logits'; readonly values: Float32Array; readonly labels: number}
  | {readonly kind: 'labels'; readonly values: Int32Array; readonly labels: number}
  | {readonly kind: 'foreground'; readonly values: Float32Array; readonly isPicture: boolean; readonly labels: 2}
);

interface Source {
  readonly name: string;
  readonly picture: Size;
  readonly settings: MapSettings;
}

/**
 * Reads probabilities, logits, a label map or a mask and brings it to the size of its picture.
 *
 * @param bytes a .npy array, a PNG of labels or, with `foreground`, a picture of a mask
 * @throws {DenseCrfError} naming the file, what was expected and what came
 */
export async function readMap(
  bytes: Uint8Array,
  name: string,
  picture: Size,
  settings: MapSettings,
): Promise<MapInput> {
  const source = {name, picture, settings};
  if (isNpy(bytes)) return fromArray(decodeNpy(bytes, name), source);
  if (settings.foreground) {
    const {values, width, height} = await decodeMatte(bytes, name);
    return fromForeground(values, [height, width], source, true);
  }
  if (isPng(bytes)) return fromLabels(decodeLabelPng(bytes, name), source);
  throw invalidFile(name, 'be a .npy array, a label PNG or, with --foreground, a mask', 'another kind of file');
}

function fromArray({type, shape, data}: NpyArray, source: Source): MapInput {
  const {name, settings} = source;
  if (type === 'uint8' || type === 'int32') {
    const [height = 0, width = 0, ...more] = shape.filter((extent, axis) => extent !== 1 || axis >= shape.length - 2);
    if (more.length === 0) return fromLabels({width, height, labels: Int32Array.from(data)}, source);
    throw invalidFile(name, 'hold floats, or integer labels [height, width]', `${type} of shape [${shape.join(', ')}]`);
  }
  const values = data instanceof Float32Array ? data : Float32Array.from(data);
  const layout = placed(shape, source);
  checkValues(values, shape, name, settings.logits);
  if (layout.labels === 1) return fromForeground(settings.logits ? values.map(sigmoid) : values, shape, source, false);
  const last = layout.dataFormat === 'channelsFirst' ? toChannelsLast(values, layout) : values;
  return {
    kind: settings.logits ? 'logits' : 'probabilities',
    values: enlarge(last, layout, source),
    labels: layout.labels,
    notes: [...noteOnSize(layout, source), ...noteOnSums(last, layout.labels, settings.logits)],
  };
}

function fromForeground(values: Float32Array, shape: readonly number[], source: Source, isPicture: boolean): MapInput {
  const layout = placed(shape, source);
  return {
    kind: 'foreground',
    values: enlarge(values, layout, source),
    isPicture,
    labels: 2,
    notes: noteOnSize(layout, source),
  };
}

function fromLabels(map: LabelMap, source: Source): MapInput {
  const {picture, settings} = source;
  const layout = layoutOf([map.height, map.width], canvasOf(picture, settings.canvas), {}, source.name);
  const labels = settings.labels ?? countLabels(map.labels, source);
  const canvas = canvasOf(picture, settings.canvas);
  return {
    kind: 'labels',
    values: enlargeLabels(map.labels, {from: layout, canvas, picture}),
    labels,
    notes: noteOnSize(layout, source),
  };
}

/** As many as the greatest label asks for; 255 is more often a mask or "unknown" than the last of 256 labels. */
function countLabels(labels: Int32Array, {name, settings: {voidLabel, zeroUnsure}}: Source): number {
  let greatest = 0;
  for (const label of labels) if (label !== voidLabel && label > greatest) greatest = label;
  if (greatest !== 255) return Math.max(2, greatest + (zeroUnsure ? 0 : 1));
  throw new DenseCrfError(
    'ERR_OUT_OF_RANGE',
    `Expected ${name} to hold labels but found 255: say --foreground if it is a mask, --void-label 255 if 255 means ` +
      'unknown, or how many --labels there are',
  );
}

function placed(shape: readonly number[], {name, picture, settings}: Source): Layout {
  return layoutOf(shape, canvasOf(picture, settings.canvas), settings, name);
}

function enlarge(values: Float32Array, layout: Layout, {picture, settings}: Source): Float32Array {
  const place = {from: layout, canvas: canvasOf(picture, settings.canvas), picture};
  return enlargeValues(values, layout.labels, place, settings.resize);
}

function noteOnSize(layout: Layout, {picture, settings}: Source): string[] {
  const canvas = canvasOf(picture, settings.canvas);
  if (hasSameProportions(layout, canvas)) return [];
  return [`map of ${layout.width} x ${layout.height} stretched to ${canvas.width} x ${canvas.height}`];
}

function noteOnSums(values: Float32Array, labels: number, logits: boolean): string[] {
  const mean = values.reduce((sum, p) => sum + p, 0) / (values.length / labels);
  const addUp = Math.abs(mean - 1) < 0.02;
  if (!logits) return addUp ? [] : [`probabilities of a pixel add up to ${mean.toFixed(2)}, not to 1`];
  return addUp && values.every(p => p >= 0 && p <= 1) ? ['these look like probabilities, but --logits was said'] : [];
}

function toChannelsLast(values: Float32Array, {width, height, labels}: Layout): Float32Array {
  const points = width * height;
  const out = new Float32Array(values.length);
  for (let label = 0; label < labels; ++label) {
    for (let point = 0; point < points; ++point) out[point * labels + label] = values[label * points + point] ?? 0;
  }
  return out;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
