import type {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import {DenseCrfError} from '../../core/errors.ts';
import type {BackendName} from '../swaps.ts';
import {DenseCrfStorage} from './densecrf.ts';
import type {AdoptingStorage} from './storage.ts';
import {isTensorFlowBackend, TensorFlowStorage} from './tensorflow.ts';
import {isWasmBackend, WasmStorage} from './wasm.ts';

/**
 * The storage of a backend of tfjs.
 *
 * @throws {DenseCrfError} `ERR_INVALID_STATE` if another kind of backend is registered under the name
 */
export function storageOf(name: BackendName, backend: object): AdoptingStorage {
  if (name === 'cpu' && isCpuBackend(backend)) return new DenseCrfStorage(backend);
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
