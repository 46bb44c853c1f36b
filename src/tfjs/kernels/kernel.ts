// A kernel of tfjs that runs natively, on whatever backend.
import type {KernelFunc, NamedAttrMap, NamedTensorInfoMap, TensorInfo} from '../core.ts';
import type {Storage} from '../storage/storage.ts';

/** A kernel with a native form. */
export interface HotKernel {
  /** tfjs's name of the kernel. */
  readonly kernelName: string;
  /** Whether the native form takes these arguments; where not, the backend's own kernel runs. Cheap: it is asked at each call. */
  accepts(inputs: NamedTensorInfoMap, attrs: NamedAttrMap): boolean;
  /** Runs it on arguments that it accepts. */
  run(storage: Storage, inputs: NamedTensorInfoMap, attrs: NamedAttrMap): TensorInfo | TensorInfo[];
}

/** A {@link HotKernel} that knows the names of its arguments. */
export interface KernelDefinition<Inputs, Attrs> {
  kernelName: string;
  accepts(inputs: Inputs, attrs: Attrs): boolean;
  run(storage: Storage, inputs: Inputs, attrs: Attrs): TensorInfo | TensorInfo[];
}

/** Makes a kernel of its definition. `Inputs` and `Attrs` are what tfjs passes to a kernel of this name. */
export function hotKernel<Inputs, Attrs>(of: KernelDefinition<Inputs, Attrs>): HotKernel {
  // The registry knows no types: a kernel's name stands for those of its arguments, in tfjs as here.
  const [inputsOf, attrsOf] = [(map: unknown) => map as Inputs, (map: unknown) => map as Attrs];
  return {
    kernelName: of.kernelName,
    accepts: (inputs, attrs) => of.accepts(inputsOf(inputs), attrsOf(attrs)),
    run: (storage, inputs, attrs) => of.run(storage, inputsOf(inputs), attrsOf(attrs)),
  };
}

/**
 * The function to register: native where the kernel accepts the arguments, `original` where it does not.
 *
 * @param storageOf the storage of a backend, which tfjs passes to each call
 */
export function kernelFunc(
  kernel: HotKernel,
  storageOf: (backend: object) => Storage,
  original: KernelFunc,
): KernelFunc {
  return call => {
    const {inputs, backend, attrs = {}} = call;
    return kernel.accepts(inputs, attrs) ? kernel.run(storageOf(backend), inputs, attrs) : original(call);
  };
}

/** An input or attribute that may be left out: tfjs passes undefined or null. */
export type Optional<T> = T | null | undefined;

export function isGiven<T>(value: Optional<T>): value is T {
  return value !== undefined && value !== null;
}

/** Whether all these tensors, where given, hold float32 values, one at least each. */
export function areFloats(...tensors: readonly Optional<TensorInfo>[]): boolean {
  return tensors.every(tensor => !isGiven(tensor) || (tensor.dtype === 'float32' && !tensor.shape.includes(0)));
}
