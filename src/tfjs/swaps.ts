// Which kernels of a backend are replaced: those whose native form was faster there, measured on the shapes of DeepLab.
import {hotKernels, ownKernels} from './kernels/index.ts';
import type {HotKernel} from './kernels/kernel.ts';

export const backendNames = ['cpu', 'wasm', 'tensorflow'] as const;

/** A backend that can be accelerated. */
export type BackendName = (typeof backendNames)[number];

// On the shapes of the real models the backend's own kernel is as good.
const kept: Record<BackendName, readonly string[]> = {cpu: [], wasm: [], tensorflow: []};

/** The kernels to replace. */
export function swapsOf(name: BackendName): readonly HotKernel[] {
  return [...hotKernels, ...ownKernels].filter(({kernelName}) => !kept[name].includes(kernelName));
}
