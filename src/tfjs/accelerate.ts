import {checkChoice} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';
import {AcceleratedBackend} from './accelerated-backend.ts';
import {engine, getKernelsForBackend, type KernelConfig, registerKernel, unregisterKernel} from './core.ts';
import {type BackendName, backendNames, swapsOf} from './swaps.ts';
import {checkInUse, type HotKernel} from './kernels/kernel.ts';
import {checkOneCopy, checkOwnBackend} from './one-copy.ts';

const packages: Record<BackendName, string> = {
  cpu: '@tensorflow/tfjs-backend-cpu',
  wasm: '@tensorflow/tfjs-backend-wasm',
  tensorflow: '@tensorflow/tfjs-node',
};

const running = new Map<BackendName, Acceleration>();

/**
 * Replaces the kernels of a backend that are faster as native code, for the whole process: convolutions, their gradients, resizing,
 * pools and more; docs/tfjs-backends.md lists them. Where the native form does not take the arguments, the backend's own kernel runs.
 * Calling it again changes nothing; several backends can be accelerated at once.
 *
 * @param backendName `'cpu'`, `'wasm'` or `'tensorflow'` (tfjs-node); it must be registered, and need not be in use
 * @returns a function that restores the backend and frees the packed weights; harmless when called twice
 * @throws {DenseCrfError} `ERR_OUT_OF_RANGE` if the name is another, `ERR_INVALID_STATE` if the backend is not registered or the
 * process has two copies of tfjs-core
 *
 * @example
 * import '@tensorflow/tfjs-backend-wasm';
 *
 * const restore = accelerate('wasm');
 * await tf.setBackend('wasm');
 */
export function accelerate(backendName: string): () => void {
  const name = checkBackend(backendName);
  const acceleration = running.get(name) ?? new Acceleration(name);
  running.set(name, acceleration);
  return () => {
    if (running.get(name) !== acceleration) return;
    running.delete(name);
    acceleration.end();
  };
}

function checkBackend(backendName: string): BackendName {
  const name = checkChoice('backendName', backendName, backendNames);
  const {registry, registryFactory} = engine();
  checkOneCopy();
  if (registry[name] !== undefined) checkOwnBackend(name, registry[name]);
  if (name in registryFactory) return name;
  throw new DenseCrfError(
    'ERR_INVALID_STATE',
    `Expected the backend '${name}' to be registered but received none of that name: import '${packages[name]}' first`,
  );
}

interface Swap {
  ours: KernelConfig;
  /** Undefined where the backend has no such kernel. */
  original: KernelConfig | undefined;
}

/** The native kernels of one backend, from registration to restoration. */
class Acceleration {
  readonly #name: BackendName;
  readonly #swaps: readonly Swap[];
  // The instance that was seen last: the engine makes one at a time.
  #backend: AcceleratedBackend | undefined;

  constructor(name: BackendName) {
    this.#name = name;
    const originals = registered(name);
    this.#swaps = swapsOf(name).map(kernel => this.#swap(kernel, originals.get(kernel.kernelName)));
    for (const {ours, original} of this.#swaps) replace(original, ours);
  }

  end(): void {
    const current = registered(this.#name);
    for (const {ours, original} of this.#swaps) {
      // What somebody else has registered meanwhile stays.
      if (current.get(ours.kernelName) === ours) replace(ours, original);
    }
    this.#backend?.end();
  }

  #swap(kernel: HotKernel, original: KernelConfig | undefined): Swap {
    const {kernelName} = kernel;
    const fallback = original?.kernelFunc ?? (() => missing(kernelName, this.#name));
    const ours: KernelConfig = {
      // With the backend's own function that sets the kernel up, which runs whenever a backend comes into use.
      ...original,
      kernelName,
      backendName: this.#name,
      kernelFunc: call => {
        const {inputs, backend, attrs = {}} = call;
        checkInUse(kernelName, inputs);
        return kernel.accepts(inputs, attrs) ? this.#accelerated(backend).run(kernel, inputs, attrs) : fallback(call);
      },
    };
    return {ours, original};
  }

  #accelerated(backend: object): AcceleratedBackend {
    if (this.#backend?.is(backend) === true) return this.#backend;
    this.#backend?.end();
    return (this.#backend = new AcceleratedBackend(this.#name, checkOwnBackend(this.#name, backend)));
  }
}

function registered(name: BackendName): Map<string, KernelConfig> {
  return new Map(getKernelsForBackend(name).map(config => [config.kernelName, config]));
}

// Registering over another kernel would be a warning.
function replace(from: KernelConfig | undefined, to: KernelConfig | undefined): void {
  if (from !== undefined) unregisterKernel(from.kernelName, from.backendName);
  if (to !== undefined) registerKernel(to);
}

/** As tfjs says it of a kernel that a backend lacks. */
function missing(kernelName: string, backendName: string): never {
  throw new Error(`Kernel '${kernelName}' not registered for backend '${backendName}'`);
}
