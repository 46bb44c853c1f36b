import type {backend_util, TensorInfo} from '../core.ts';
import type {Storage} from './storage.ts';
import {asBytes, asFloats, asInts} from './values.ts';

/** A storage whose views are the arrays that hold a tensor's values. */
export abstract class ArrayStorage implements Pick<Storage, 'floats' | 'ints' | 'bytes'> {
  floats(tensor: TensorInfo): Float32Array {
    return asFloats(this.valuesOf(tensor));
  }

  ints(tensor: TensorInfo): Int32Array {
    return asInts(this.valuesOf(tensor));
  }

  bytes(tensor: TensorInfo): Uint8Array {
    return asBytes(this.valuesOf(tensor));
  }

  protected abstract valuesOf(tensor: TensorInfo): backend_util.BackendValues;
}
