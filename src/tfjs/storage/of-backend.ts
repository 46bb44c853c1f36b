import type {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import {DenseCrfError} from '../../core/errors.ts';
import type {TensorInfo} from '../core.ts';
import type {BackendName} from '../swaps.ts';
import {CpuStorage} from './cpu.ts';
import type {Storage} from './storage.ts';
import {isTensorFlowBackend, TensorFlowStorage} from './tensorflow.ts';
import {isWasmBackend, WasmStorage} from './wasm.ts';

/** A storage of a backend beside which others may be in use. */
export interface AdoptingStorage extends Storage {
  /** Brings in a tensor that lives on another backend still. */
  adopt(tensor: TensorInfo): void;
}

/**
 * The storage of a backend of tfjs.
 *
 * @throws {DenseCrfError} `ERR_INVALID_STATE` if another kind of backend is registered under the name
 */
export function storageOf(name: BackendName, backend: object): AdoptingStorage {
  if (name === 'cpu' && isCpuBackend(backend)) return new CpuStorage(backend);
  if (name === 'wasm' && isWasmBackend(backend)) return new WasmStorage(backend);
  if (name === 'tensorflow' && isTensorFlowBackend(backend)) return new TensorFlowStorage(backend);
  throw new DenseCrfError(
    'ERR_INVALID_STATE',
    `Expected the backend '${name}' to be that of TensorFlow.js 4 but received an object of class ${backend.constructor.name}`,
  );
}

function isCpuBackend(backend: object): backend is MathBackendCPU {
  return 'data' in backend && 'makeTensorInfo' in backend;
}
