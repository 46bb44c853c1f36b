import {performance} from 'node:perf_hooks';
import {refine} from '../../crf/refine.ts';
import {argMax} from '../../ops/arg-max.ts';
import {softmax} from '../../ops/softmax.ts';
import {type Network, scaled} from './network.ts';
import {mirror, type Raster, resize, shrink, type Size} from './raster.ts';
import type {SegmentPlan} from './segment-options.ts';
import type {Steps} from './steps.ts';

/** A piece of a picture on its way. */
export interface PieceJob {
  readonly network: Network;
  /** Colours from 0 to 255. */
  readonly picture: Raster;
  readonly plan: SegmentPlan;
  readonly steps: Steps;
  readonly signal: AbortSignal | undefined;
}

/** A piece with its labels. */
export interface Piece {
  readonly labels: Int32Array;
  readonly networkLabels: Int32Array;
  readonly probabilities: Raster;
  /** In ms. */
  readonly networkTime: number;
  readonly refinementTime: number;
}

/** Everything that happens to a piece of a picture, or to one that is a single piece. */
export async function segmentPiece(job: PieceJob): Promise<Piece> {
  const start = performance.now();
  const probabilities = await averageProbabilities(job);
  const networkLabels = labelsOf(probabilities);
  const seen = performance.now();
  const {crf} = job.plan;
  const piece = {networkLabels, networkTime: seen - start};
  if (crf === undefined) return {...piece, labels: networkLabels, probabilities, refinementTime: 0};
  const {data: image, width, height} = job.picture;
  const onProgress = (done: number): void => job.steps.refined(done);
  const {signal} = job;
  const source = {image, width, height, probabilities: probabilities.data};
  const refined = await refine({...crf, ...source, signal, onProgress});
  return {
    ...piece,
    labels: refined.labels,
    probabilities: {...probabilities, data: refined.probabilities},
    refinementTime: performance.now() - seen,
  };
}

/** The mean of what the network says at each scale, upright and mirrored. */
async function averageProbabilities({network, picture, plan, steps, signal}: PieceJob): Promise<Raster> {
  const fitted = fit(picture, network.canvas);
  const looks = plan.scales.flatMap(scale =>
    (plan.flip ? [false, true] : [false]).map(mirrored => ({scale, mirrored})),
  );
  let sum: Raster | undefined;
  for (const {scale, mirrored} of looks) {
    const view = shrink(picture, scale === 1 ? fitted : scaledSize(fitted, scale));
    const scores = await network.scores(mirrored ? mirror(view) : view, network.canvasAt(scale), signal);
    const upright = resize(mirrored ? mirror(scores) : scores, picture);
    const shape = [picture.height, picture.width, upright.channels];
    const {data} = softmax({data: upright.data, shape});
    sum = sum === undefined ? {...upright, data} : add(sum, data);
    steps.seen();
    signal?.throwIfAborted();
  }
  return divide(sum ?? picture, looks.length);
}

function labelsOf({data, width, height, channels}: Raster): Int32Array {
  return argMax({data, shape: [height, width, channels]}, -1).data;
}

/** The size of a picture in a canvas: its own, or smaller if it must be. */
function fit({width, height}: Size, canvas: Size): Size {
  const ratio = Math.min(1, canvas.width / width, canvas.height / height);
  return {width: Math.max(1, Math.round(width * ratio)), height: Math.max(1, Math.round(height * ratio))};
}

function scaledSize({width, height}: Size, scale: number): Size {
  return {width: scaled(width, scale), height: scaled(height, scale)};
}

function add(sum: Raster, more: Float32Array): Raster {
  for (let i = 0; i < more.length; ++i) sum.data[i] = (sum.data[i] ?? 0) + (more[i] ?? 0);
  return sum;
}

function divide(raster: Raster, count: number): Raster {
  if (count > 1) for (let i = 0; i < raster.data.length; ++i) raster.data[i] = (raster.data[i] ?? 0) / count;
  return raster;
}
