import type {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import type {NativeDtype} from './storage.ts';
import {PooledData, PooledStorage, type PooledValues} from './pooled.ts';

/** As tfjs's cpu backend keeps it. */
class CpuData extends PooledData {
  readonly dtype: NativeDtype;

  constructor(values: PooledValues, dtype: NativeDtype) {
    super(values);
    this.dtype = dtype;
  }
}

/** Arrays of JavaScript, which tfjs's cpu backend has too. */
export class DenseCrfStorage extends PooledStorage {
  constructor(backend: MathBackendCPU) {
    super(backend, backend.data);
  }

  protected override wrap(values: PooledValues, _shape: number[], dtype: NativeDtype): PooledData {
    return new CpuData(values, dtype);
  }
}
