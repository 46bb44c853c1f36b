import {checkRunOptions} from '../../core/job.ts';
import type {ImageData} from '../../crf/picture.ts';
import {presets} from '../../crf/presets.ts';
import type {SegmentationModel} from './model.ts';
import {Network} from './network.ts';
import {segmentPiece} from './piece.ts';
import {checkSegmentOptions, type SegmentOptions, type SegmentPlan} from './segment-options.ts';
import {Assembly, type Segmentation} from './segmentation.ts';
import type {Size} from './raster.ts';
import {Source} from './source.ts';
import {Steps} from './steps.ts';
import {cut, quarter, type Tile} from './tiles.ts';

/** The preset that `refine` takes where nothing is said. */
const DEFAULT_PRESET = 'deeplab-v2-resnet101';

/**
 * Segments a picture with a network, as DeepLab evaluates: the picture lies in the top left corner of the network's input,
 * which is 0 beyond it; scores are enlarged bilinearly with aligned corners; softmax; and then, on request, the dense CRF.
 * Pictures larger than the input are made smaller for the network, or cut into pieces with `tiles`; the result has the
 * picture's size always. Runs on tfjs's current backend, whose part of the work blocks the event loop, and leaves no tensor
 * behind.
 *
 * Source: Chen et al., DeepLab v3, 2017, section 4 (scales and mirroring); DeepLab v2, 2017, section 3.3 (CRF).
 *
 * @param model gives scores `[1, rows, columns, classes]`, as logits or as probabilities, or labels `[1, rows, columns]`; of a
 *   graph that ends in labels, the scores in front of them are taken where they are found, which `output` of the result tells
 * @param image values from 0 to 255 with their size
 * @throws {DenseCrfError} (as a rejection) naming what is wrong; an abort rejects with `signal.reason`
 *
 * @example
 * const {labels} = await segment(model, {data: rgb, width, height}, {crf: 'deeplab-v2-resnet101', flip: true});
 */
export async function segment(
  model: SegmentationModel,
  image: ImageData,
  options?: SegmentOptions & {probabilities?: true | undefined},
): Promise<Segmentation & {probabilities: Float32Array}>;
export async function segment(
  model: SegmentationModel,
  image: ImageData,
  options?: SegmentOptions,
): Promise<Segmentation>;
export async function segment(
  model: SegmentationModel,
  image: ImageData,
  options: SegmentOptions = {},
): Promise<Segmentation> {
  const plan = checkSegmentOptions(options);
  const {signal, onProgress} = checkRunOptions(options);
  const picture = new Source(image);
  const network = new Network(model, plan.network);
  const tiles = tilesOf(picture, network, plan);
  const steps = new Steps(tiles.length, stepsOf(plan), onProgress);
  const result = new Assembly(picture, plan.keepsProbabilities);
  for (const tile of tiles) {
    signal?.throwIfAborted();
    result.add(await segmentPiece({network, picture: picture.read(tile.box), plan, steps, signal}), tile);
    steps.endPiece();
  }
  return result.finish(network.read);
}

function tilesOf(picture: Size, {canvas}: Network, {tiles}: SegmentPlan): Tile[] {
  if (!tiles) return cut(picture, picture, 0);
  const size = tiles.size ?? canvas;
  return cut(picture, size, tiles.overlap ?? quarter(size));
}

/** Of a piece: a step for each look of the network and for each iteration. */
function stepsOf({scales, flip, crf}: SegmentPlan): number {
  const looks = scales.length * (flip ? 2 : 1);
  return looks + (crf ? (crf.iterations ?? presets[crf.preset ?? DEFAULT_PRESET].iterations) : 0);
}
