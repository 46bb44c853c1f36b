// The backend `densecrf`: tfjs's cpu backend with native kernels where it counts.
import {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import {copyRegisteredKernels, getKernel, registerBackend, registerKernel, unregisterKernel} from './core.ts';
import {hotKernels, ownKernels} from './kernels/index.ts';
import {kernelFunc} from './kernels/kernel.ts';
import {dropPlans} from './plans.ts';
import {DenseCrfStorage} from './storage/densecrf.ts';
import type {Storage} from './storage/storage.ts';

/** The name under which the backend is registered. */
export const BACKEND_NAME = 'densecrf';

// Below that of every backend of tfjs: it is used where somebody asks for it.
const PRIORITY = 0;

class DenseCrfBackend extends MathBackendCPU {
  readonly storage = new DenseCrfStorage(this);

  override disposeData(dataId: object, force = false): boolean {
    const isGone = this.storage.recycle(dataId, () => super.disposeData(dataId, force));
    if (isGone) dropPlans(dataId);
    return isGone;
  }

  override dispose(): void {
    this.storage.clear();
    super.dispose();
  }
}

function storageOf(backend: object): Storage {
  if (backend instanceof DenseCrfBackend) return backend.storage;
  throw new TypeError(`Expected a backend of class DenseCrfBackend but received ${backend.constructor.name}`);
}

/** Registers the backend with all kernels of tfjs's cpu backend, native where they can be. */
export function registerDenseCrfBackend(): void {
  copyRegisteredKernels('cpu', BACKEND_NAME);
  for (const kernel of hotKernels) {
    const original = getKernel(kernel.kernelName, 'cpu').kernelFunc;
    unregisterKernel(kernel.kernelName, BACKEND_NAME);
    registerKernel({
      kernelName: kernel.kernelName,
      backendName: BACKEND_NAME,
      kernelFunc: kernelFunc(kernel, storageOf, original),
    });
  }
  for (const kernel of ownKernels) {
    registerKernel({
      kernelName: kernel.kernelName,
      backendName: BACKEND_NAME,
      kernelFunc: ({inputs, backend, attrs = {}}) => kernel.run(storageOf(backend), inputs, attrs),
    });
  }
  registerBackend(BACKEND_NAME, () => new DenseCrfBackend(), PRIORITY);
}
