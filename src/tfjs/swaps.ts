// Which kernels of a backend are replaced: those whose native form was faster there, measured on the shapes of DeepLab.
import {hotKernels, ownKernels} from './kernels/index.ts';
import type {HotKernel} from './kernels/kernel.ts';

export const backendNames = ['cpu', 'wasm', 'tensorflow'] as const;

/** A backend that can be accelerated. */
export type BackendName = (typeof backendNames)[number];

// `npm run bench:swaps` has the figures.
const kept: Record<BackendName, readonly string[]> = {cpu: [], wasm: ['AvgPool'], tensorflow: []};

/** The kernels to replace. */
export function swapsOf(name: BackendName): readonly HotKernel[] {
  return [...hotKernels, ...ownKernels].filter(({kernelName}) => !kept[name].includes(kernelName));
}
