// What some kernels of ours add to their sums before the activation.
import {callNative} from '../../core/status.ts';
import {channelsOf} from '../../ops/layer.ts';
import type {Shape4D} from '../../ops/tensor.ts';
import type {TensorInfo} from '../core.ts';
import type {PackedLayer} from '../plans.ts';
import type {Storage} from '../storage/storage.ts';
import {isGiven, type Optional} from './kernel.ts';

/** Whether a layer with this output can add it: values for each pixel, or for one that stands for all of a picture. */
export function acceptsAddend({shape}: TensorInfo, [batch, height, width, channels]: Shape4D): boolean {
  const isPixel = batch === 1 && String(shape) === String([1, 1, 1, channels]);
  return isPixel || String(shape) === String([batch, height, width, channels]);
}

/** Runs a plan, which was made to add where there is something to add. */
export function runPlan(
  storage: Storage,
  {plan, shape}: PackedLayer,
  x: TensorInfo,
  addend: Optional<TensorInfo>,
): TensorInfo {
  const y = storage.make(shape, 'float32');
  const [from, to, channels] = [storage.floats(x), storage.floats(y), channelsOf(shape)];
  callNative(() => {
    if (isGiven(addend)) plan.runAdding(storage.floats(addend), from, to, 0, channels);
    else plan.run(from, to, 0, channels);
  });
  return y;
}
