import {callNative} from '../../core/status.ts';
import {native} from '../../native/load.ts';
import {FusedBatchNorm, type TensorInfo} from '../core.ts';
import {sizeOf} from '../storage/values.ts';
import {areFloats, hotKernel, isGiven, type Optional} from './kernel.ts';

interface Inputs {
  x: TensorInfo;
  mean: TensorInfo;
  variance: TensorInfo;
  offset?: Optional<TensorInfo>;
  scale?: Optional<TensorInfo>;
}

/** (x - mean) scale / sqrt(variance + epsilon) + offset, as one factor and one summand for each channel. */
export const fusedBatchNorm = hotKernel<Inputs, {varianceEpsilon?: Optional<number>}>({
  kernelName: FusedBatchNorm,
  accepts({x, mean, variance, offset, scale}) {
    const channels = x.shape.at(-1);
    return (
      areFloats(x, mean, variance, offset, scale) &&
      [mean, variance, offset, scale].every(vector => !isGiven(vector) || sizeOf(vector.shape) === channels)
    );
  },
  run(storage, {x, mean, variance, offset, scale}, {varianceEpsilon}) {
    const y = storage.make(x.shape, 'float32');
    const [means, variances] = [storage.floats(mean), storage.floats(variance)];
    const scales = isGiven(scale) ? storage.floats(scale) : undefined;
    const offsets = isGiven(offset) ? storage.floats(offset) : undefined;
    const factors = variances.map(
      (value, channel) => (scales?.[channel] ?? 1) / Math.sqrt(value + (varianceEpsilon ?? 0.001)),
    );
    const summands = factors.map((factor, channel) => (offsets?.[channel] ?? 0) - (means[channel] ?? 0) * factor);
    callNative(() => native().scaleChannels(storage.floats(x), factors, summands, storage.floats(y)));
    return y;
  },
});
