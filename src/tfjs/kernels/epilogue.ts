// Bias and activation of tfjs's fused kernels.
import {type Activation, checkEpilogue} from '../../ops/epilogue.ts';
import type {NativeEpilogue} from '../../native/addon.ts';
import type {TensorInfo} from '../core.ts';
import type {Storage} from '../storage/storage.ts';
import {sizeOf} from '../storage/values.ts';
import {isGiven, type Optional} from './kernel.ts';

export interface EpilogueInputs {
  bias?: Optional<TensorInfo>;
  preluActivationWeights?: Optional<TensorInfo>;
}

export interface EpilogueAttrs {
  activation?: Optional<string>;
  leakyreluAlpha?: Optional<number>;
}

const activations: readonly Activation[] = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'];

/** Whether a layer of the core can do it in the same pass. */
export function acceptsEpilogue(inputs: EpilogueInputs, attrs: EpilogueAttrs, channels: number): boolean {
  const {bias, preluActivationWeights: slopes} = inputs;
  const activation = activationOf(attrs);
  return (
    activation !== undefined &&
    (!isGiven(bias) || isPerChannel(bias, channels)) &&
    (activation !== 'prelu' || (isGiven(slopes) && isPerChannel(slopes, channels)))
  );
}

/** What follows a layer of so many output channels. */
export function epilogueOf(
  storage: Storage,
  {bias, preluActivationWeights: slopes}: EpilogueInputs,
  attrs: EpilogueAttrs,
  channels: number,
): NativeEpilogue {
  const activation = activationOf(attrs);
  const options = {
    bias: isGiven(bias) ? perChannel(storage.floats(bias), channels) : undefined,
    activation,
    preluActivationWeights: activation === 'prelu' && isGiven(slopes) ? storage.floats(slopes) : undefined,
    leakyreluAlpha: attrs.leakyreluAlpha ?? undefined,
  };
  return checkEpilogue(options, channels, 'the output');
}

function activationOf({activation}: EpilogueAttrs): Activation | undefined {
  return isGiven(activation) ? activations.find(name => name === activation) : 'linear';
}

// One value for all of them, or one each along the last axis.
function isPerChannel({shape}: TensorInfo, channels: number): boolean {
  const size = sizeOf(shape);
  return size === 1 || (size === channels && shape.at(-1) === channels);
}

function perChannel(values: Float32Array, channels: number): Float32Array {
  return values.length === channels ? values : new Float32Array(channels).fill(values[0] ?? 0);
}
