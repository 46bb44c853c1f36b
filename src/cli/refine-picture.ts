import {performance} from 'node:perf_hooks';
import {presets} from '../crf/presets.ts';
import {refine} from '../crf/refine.ts';
import type {RunOptions} from '../core/job.ts';
import {nameOf, readInput} from '../io/files.ts';
import {decodePicture} from '../io/pictures.ts';
import type {DecodedPicture} from '../io/pictures.ts';
import {readMap} from './map-input.ts';
import type {MapInput} from './map-input.ts';
import {argmax} from './map-values.ts';
import {writeResults} from './results.ts';
import type {Outputs, Result} from './results.ts';
import type {CrfSettings, MapSettings} from './settings.ts';

/** One picture to refine. */
export interface Job {
  readonly image: string;
  readonly input: string;
  readonly outputs: Outputs;
}

/** What the options say about all pictures. */
export interface RefineSettings {
  readonly map: MapSettings;
  readonly crf: CrfSettings;
  readonly autoOrient: boolean;
  readonly opacity: number | undefined;
  readonly float16: boolean;
}

/** What was done to a picture, as `--json` prints it. */
export interface Report {
  readonly image: string;
  readonly input: string;
  readonly outputs: Outputs;
  readonly width: number;
  readonly height: number;
  readonly labels: number;
  readonly preset: string;
  readonly iterations: number;
  /** The share of pixels that have another label than before. */
  readonly changed: number;
  /** Of the refinement itself, without files. */
  readonly seconds: number;
  readonly notes: readonly string[];
}

/** Probability that a mask from a picture is right; a picture does not say, an array of probabilities does. */
const MASK_PROBABILITY = 0.7;

/** Reads a picture and what there is to refine, refines it and writes what was asked for. */
export async function refinePicture(job: Job, settings: RefineSettings, run: RunOptions = {}): Promise<Report> {
  const picture = await decodePicture(await readInput(job.image), nameOf(job.image), settings.autoOrient);
  const map = await readMap(await readInput(job.input), nameOf(job.input), picture, settings.map);
  const before = labelsOf(map);
  const start = performance.now();
  const result = await refineMap(picture, map, settings, run);
  const seconds = (performance.now() - start) / 1000;
  await writeResults(job.outputs, picture, before, result, settings);
  const {width, height} = picture;
  return {
    ...job,
    width,
    height,
    labels: map.labels,
    preset: settings.crf.preset,
    iterations: result.iterations,
    changed: before.filter((label, i) => label !== result.labels[i]).length / before.length,
    seconds,
    notes: [...picture.notes, ...map.notes],
  };
}

async function refineMap(
  picture: DecodedPicture,
  map: MapInput,
  settings: RefineSettings,
  run: RunOptions,
): Promise<Result> {
  const {scale, voidLabel, zeroUnsure, groundTruthProbability} = settings.map;
  const {rgb: image, width, height} = picture;
  const iterations = settings.crf.iterations ?? presets[settings.crf.preset].iterations;
  const base = {...settings.crf, ...run, image, width, height};
  const rest = {iterations, isForeground: false, colours: map.labels};
  switch (map.kind) {
    case 'probabilities':
      return {...(await refine({...base, probabilities: map.values, scale})), ...rest};
    case 'logits':
      return {...(await refine({...base, logits: map.values, scale})), ...rest};
    case 'labels': {
      const options = {labels: map.values, labelCount: map.labels, groundTruthProbability, voidLabel, zeroUnsure};
      return {...(await refine({...base, ...options})), ...rest, colours: map.labels + (zeroUnsure ? 1 : 0)};
    }
    case 'foreground': {
      const certainty = groundTruthProbability ?? (map.isPicture ? MASK_PROBABILITY : undefined);
      const refined = await refine({...base, foreground: map.values, groundTruthProbability: certainty});
      return {labels: refined.labels, probabilities: refined.foreground, ...rest, isForeground: true};
    }
  }
}

function labelsOf(map: MapInput): Int32Array {
  if (map.kind === 'labels') return map.values;
  return map.kind === 'foreground'
    ? Int32Array.from(map.values, p => (p > 0.5 ? 1 : 0))
    : argmax(map.values, map.labels);
}
