import {performance} from 'node:perf_hooks';
import type {Dataset} from '../deeplab/datasets/dataset.ts';
import {datasetOf, datasets} from '../deeplab/datasets/datasets.ts';
import type {RunOptions} from '../core/job.ts';
import type {Segmentation} from '../deeplab/pipeline/segmentation.ts';
import type {SegmentationModel} from '../deeplab/pipeline/model.ts';
import type {segment} from '../deeplab/pipeline/segment.ts';
import {nameOf, readInput, writeOutput} from '../io/files.ts';
import {encodeLabelPng} from '../io/label-png.ts';
import {encodeWithLegend} from '../io/legend.ts';
import type {LegendEntry} from '../io/legend.ts';
import {encodeNpy} from '../io/npy.ts';
import {overlay} from '../io/overlay.ts';
import {decodePicture} from '../io/pictures.ts';
import type {Picture} from '../io/pictures.ts';
import type {SegmentSettings} from './segment-settings.ts';

/** One picture to segment. */
export interface SegmentJob {
  readonly image: string;
  readonly outputs: Readonly<Partial<Record<'output' | 'overlay' | 'probabilities', string>>>;
}

/** What was done to a picture, as `--json` prints it. */
export interface SegmentFacts extends SegmentJob {
  readonly width: number;
  readonly height: number;
  readonly classes: number;
  readonly crf: SegmentSettings['crf'] | null;
  /** The share of pixels to which the CRF gave another label. */
  readonly changed: number;
  /** The share of each class that was found, greatest first. */
  readonly found: readonly {readonly name: string; readonly share: number}[];
  /** In ms. */
  readonly timings: Readonly<Record<'decoding' | 'network' | 'refinement' | 'writing', number>>;
  readonly notes: readonly string[];
}

/** A picture with all that a report shows of it. */
export interface SegmentedPicture {
  readonly facts: SegmentFacts;
  readonly picture: Picture;
  readonly result: Segmentation;
  readonly dataset: Dataset;
}

/** A network, ready to run. */
export interface Segmenter {
  readonly model: SegmentationModel;
  readonly segment: typeof segment;
}

/** Reads a picture, segments it and writes what was asked for. */
export async function segmentPicture(
  job: SegmentJob,
  {model, segment}: Segmenter,
  settings: SegmentSettings,
  run: RunOptions = {},
): Promise<SegmentedPicture> {
  const start = performance.now();
  const picture = await decodePicture(await readInput(job.image), nameOf(job.image), settings.autoOrient);
  const decoding = performance.now() - start;
  const {width, height, rgb: data} = picture;
  const result = await segment(model, {data, width, height}, {...settings.segment, ...run});
  const dataset = settings.dataset ? datasets[settings.dataset] : datasetOf(result.classes);
  const shares = sharesOf(result.labels, result.classes);
  const segmented = performance.now();
  await write(job, picture, result, {dataset, shares}, settings);
  const {network, refinement} = result.timings;
  const timings = {decoding, network, refinement, writing: performance.now() - segmented};
  const found = shares.map(({label, share}) => ({name: dataset.classes[label]?.name ?? `class ${label}`, share}));
  const facts = {
    ...job,
    ...{width, height, classes: result.classes, crf: settings.crf ?? null},
    changed: result.labels.filter((label, i) => label !== result.networkLabels[i]).length / result.labels.length,
    ...{found, timings, notes: [...picture.notes, ...noteOnOutput(result)]},
  };
  return {facts, picture, result, dataset};
}

/** Of a model that ends in a label map it is not plain what was averaged and refined. */
function noteOnOutput({output: {name, argMax}}: Segmentation): string[] {
  return argMax === undefined ? [] : [`scores taken from ${name}, in front of the label map ${argMax}`];
}

/** A picture with the colours of its labels; the background stays as it is. */
export function drawLabels(picture: Picture, labels: Int32Array, dataset: Dataset, opacity = 0.5): Picture {
  const {width, height} = picture;
  const colourOf = (label: number) => (label === dataset.background ? null : (dataset.classes[label]?.colour ?? null));
  return overlay(picture, {width, height, labels}, {colourOf, opacity});
}

interface Drawing {
  readonly dataset: Dataset;
  readonly shares: readonly {readonly label: number; readonly share: number}[];
}

async function write(
  {outputs}: SegmentJob,
  picture: Picture,
  {labels, probabilities, classes, width, height}: Segmentation,
  {dataset, shares}: Drawing,
  {opacity, float16}: SegmentSettings,
): Promise<void> {
  if (outputs.output !== undefined) {
    const palette = Uint8Array.from(dataset.classes.flatMap(({colour}) => [...colour]));
    await writeOutput(outputs.output, encodeLabelPng({width, height, labels}, palette));
  }
  if (outputs.overlay !== undefined) {
    const drawn = drawLabels(picture, labels, dataset, opacity);
    await writeOutput(outputs.overlay, await encodeWithLegend(drawn, legendOf(dataset, shares)));
  }
  if (outputs.probabilities !== undefined && probabilities) {
    const type = float16 ? 'float16' : 'float32';
    await writeOutput(outputs.probabilities, encodeNpy(probabilities, [height, width, classes], type));
  }
}

function legendOf(dataset: Dataset, shares: Drawing['shares']): LegendEntry[] {
  return shares.flatMap(({label}) => {
    const entry = dataset.classes[label];
    return entry === undefined || label === dataset.background ? [] : [entry];
  });
}

/** The share of each label that occurs, greatest first. */
function sharesOf(labels: Int32Array, classes: number): Drawing['shares'] {
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return [...counts]
    .map((count, label) => ({label, share: count / labels.length}))
    .filter(({share}) => share > 0)
    .sort((a, b) => b.share - a.share);
}
