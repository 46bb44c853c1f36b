// Which kernels a run of a network calls, and how long each takes.
import * as tf from '@tensorflow/tfjs-core';

/** One call of a kernel. */
export interface Call {
  readonly kernel: string;
  readonly inputs: readonly (readonly [name: string, tensor: tf.TensorInfo])[];
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly outputs: readonly tf.TensorInfo[];
  readonly ms: number;
}

/** Runs something with every kernel of a backend under watch. */
export function trace(backend: string, run: () => void): Call[] {
  const calls: Call[] = [];
  const kernels = tf.getKernelsForBackend(backend);
  const replace = (all: readonly tf.KernelConfig[]): void => {
    for (const kernel of all) {
      tf.unregisterKernel(kernel.kernelName, backend);
      tf.registerKernel(kernel);
    }
  };
  replace(kernels.map(kernel => ({...kernel, kernelFunc: watched(kernel, calls)})));
  try {
    run();
  } finally {
    replace(kernels);
  }
  return calls;
}

function watched({kernelName, kernelFunc}: tf.KernelConfig, calls: Call[]): tf.KernelFunc {
  return call => {
    const start = performance.now();
    const result = kernelFunc(call);
    const ms = performance.now() - start;
    const inputs = Object.entries(call.inputs).flatMap(([name, tensor]) =>
      // Kernels of tfjs are given null, too, where a tensor is left out.
      tensor?.dataId === undefined ? [] : [[name, tensor] as const],
    );
    calls.push({kernel: kernelName, inputs, attrs: {...call.attrs}, outputs: [result].flat(), ms});
    return result;
  };
}

/** Time by kernel, the most expensive first. */
export interface KernelTime {
  readonly kernel: string;
  readonly calls: number;
  readonly ms: number;
}

export function timesByKernel(calls: readonly Call[]): KernelTime[] {
  const times = new Map<string, KernelTime>();
  for (const {kernel, ms} of calls) {
    const before = times.get(kernel) ?? {kernel, calls: 0, ms: 0};
    times.set(kernel, {kernel, calls: before.calls + 1, ms: before.ms + ms});
  }
  return [...times.values()].sort((a, b) => b.ms - a.ms);
}
