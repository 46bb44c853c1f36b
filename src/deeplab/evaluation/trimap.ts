import {checkLength} from '../../core/arrays.ts';
import {checkInteger} from '../../core/checks.ts';
import {checkOptions} from '../../core/options.ts';
import {shapeText} from '../../core/shape.ts';
import {checkLabelMap, type LabelMap} from '../../crf/label-map.ts';

/** Options of {@link trimap}. */
export interface TrimapOptions {
  width: number;
  height: number;
  /** How far from a boundary a pixel may be, in pixels, 1 to 1000. */
  radius: number;
}

/**
 * The pixels near the boundaries of a label map: those with a pixel of another label at most `radius` away, by Euclid.
 * Void counts as a label of its own, so that the bands of void around PASCAL VOC's objects are boundaries.
 *
 * Source: Chen et al., DeepLab v2, 2017, section 4.1.5, after Krähenbühl and Koltun, 2011, section 5: the mean
 * intersection over union of these pixels alone shows how well boundaries are found.
 *
 * @param truth `[height, width]`
 * @returns `[height, width]`, 1 near a boundary, else 0: a mask for {@link ConfusionMatrix.add}
 * @throws {DenseCrfError} `ERR_INVALID_SHAPE` if the map does not fill its shape
 *
 * @example
 * const near = trimap(truth, {width, height, radius: 10});
 * const {meanIoU} = new ConfusionMatrix({classes: 21}).add(labels, truth, near);
 */
export function trimap(truth: LabelMap, options: TrimapOptions): Uint8Array {
  checkOptions('the options of trimap', options, ['width', 'height', 'radius']);
  const width = checkInteger('width', options.width, 1);
  const height = checkInteger('height', options.height, 1);
  const radius = checkInteger('radius', options.radius, 1, 1000);
  checkLength('truth', checkLabelMap('truth', truth), width * height, `for shape ${shapeText([height, width])}`);
  const near = new Uint8Array(truth.length);
  const reach = Array.from({length: radius + 1}, (_, dy) => Math.floor(Math.sqrt(radius ** 2 - dy ** 2)));
  for (let y = 0, i = 0; y < height; ++y) {
    for (let x = 0; x < width; ++x, ++i) {
      if (isBoundary(truth, i, x, y, width, height))
        stamp(truth, near, {x, y, width, height, label: truth[i] ?? 0, reach});
    }
  }
  return near;
}

/** Whether one of the four neighbours has another label. The nearest pixel of another label always is such a pixel. */
function isBoundary(map: LabelMap, i: number, x: number, y: number, width: number, height: number): boolean {
  const label = map[i];
  return (
    (x > 0 && map[i - 1] !== label) ||
    (x + 1 < width && map[i + 1] !== label) ||
    (y > 0 && map[i - width] !== label) ||
    (y + 1 < height && map[i + width] !== label)
  );
}

interface Disc {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly label: number;
  /** How far the disc's rows reach to each side, by their distance from the middle. */
  readonly reach: readonly number[];
}

/** Marks the pixels of the disc that have another label than its middle. */
function stamp(truth: LabelMap, near: Uint8Array, {x, y, width, height, label, reach}: Disc): void {
  const radius = reach.length - 1;
  for (let v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); ++v) {
    const half = reach[Math.abs(v - y)] ?? 0;
    const end = v * width + Math.min(width - 1, x + half);
    for (let i = v * width + Math.max(0, x - half); i <= end; ++i) if (truth[i] !== label) near[i] = 1;
  }
}
