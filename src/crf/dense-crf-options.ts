import type {DataFormatOptions} from '../core/data-format.ts';
import type {RunOptions} from '../core/job.ts';
import type {ScheduleOptions} from './schedule.ts';

/** What a {@link DenseCRF} is made for. */
export interface DenseCRFOptions {
  /** Extents of the grid, slowest axis first: `[height, width]`, `[depth, height, width]`, or `[points]` for a point cloud. */
  shape: readonly number[];
  /** Labels that each point chooses from, 1 to 65535. */
  labels: number;
}

/** Options of {@link DenseCRF.inferenceSync}. */
export interface InferenceSyncOptions extends ScheduleOptions, DataFormatOptions {}

/** Options of {@link DenseCRF.inference}. */
export interface InferenceOptions extends InferenceSyncOptions, RunOptions {}

/** What inference gives. */
export interface Inference {
  /** Q, `[...shape, labels]`, or `[labels, ...shape]` with `dataFormat: 'channelsFirst'`. */
  probabilities: Float32Array;
  /** The label of greatest probability for each point, `[...shape]`; the first of several. */
  labels: Int32Array;
}
