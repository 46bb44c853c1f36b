// How a backend hands out and takes the values of its tensors.
import type {TensorInfo} from '../core.ts';

/** The dtypes that native kernels read and write. */
export type NativeDtype = 'float32' | 'int32' | 'bool';

/**
 * The tensors of one backend, as native kernels see them.
 *
 * A kernel makes its outputs first and looks at values afterwards: where tensors live in one heap that may grow, views that
 * were taken before are detached. Views are valid until the next `make`, and nobody keeps one beyond its kernel's run.
 *
 * | backend | `make` | views |
 * |---|---|---|
 * | cpu, densecrf | an array of its own | that array |
 * | wasm | memory of the heap | views of the heap |
 * | tensorflow | an array that TensorFlow takes over when it first needs the tensor | that array, or a copy of TensorFlow's |
 */
export interface Storage {
  /** A new tensor, whose values are anything at all until a kernel has written every one of them. */
  make(shape: readonly number[], dtype: NativeDtype): TensorInfo;
  /** The values of a tensor of dtype float32, to read, and to write if this kernel made it. */
  floats(tensor: TensorInfo): Float32Array;
  /** The values of a tensor of dtype int32. */
  ints(tensor: TensorInfo): Int32Array;
  /** The values of a tensor of dtype bool. */
  bytes(tensor: TensorInfo): Uint8Array;
  /** Lets go of a tensor that this kernel made and does not return. */
  dispose(tensor: TensorInfo): void;
}

/** A storage of a backend beside which others may be in use. */
export interface AdoptingStorage extends Storage {
  /** Brings in a tensor that lives on another backend still. */
  adopt(tensor: TensorInfo): void;
  /** Runs what removes a tensor's data from the backend; if it is gone then, its memory may serve again. */
  recycle(dataId: object, remove: () => boolean): boolean;
  /** Lets go of the memory that waits for its next use. */
  clear(): void;
}
