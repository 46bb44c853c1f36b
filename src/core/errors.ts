/**
 * What went wrong, as a stable string.
 *
 * - `ERR_INVALID_SHAPE` an array does not fill its shape, or its layout is another one than said
 * - `ERR_INVALID_TYPE` a value of another type, an array of another dtype, or memory that could change size or is shared
 * - `ERR_UNKNOWN_OPTION` an options object has a key that nobody knows
 * - `ERR_OUT_OF_RANGE` a number or a choice outside what is allowed, or features too far apart for exact arithmetic
 * - `ERR_NOT_FINITE` NaN or infinity where a number is needed
 * - `ERR_TOO_LARGE` a buffer would pass 2^31 entries or the memory of the machine
 * - `ERR_OVERLAP` an output shares memory with an input
 * - `ERR_DETACHED` the memory of an array was transferred away
 * - `ERR_DISPOSED` the object was disposed
 * - `ERR_BUSY` an asynchronous operation runs on the object
 * - `ERR_INVALID_STATE` a step that must come first was left out
 * - `ERR_OUT_OF_MEMORY` the system gave no memory
 * - `ERR_NATIVE_LOAD` the native addon could not be loaded
 * - `ERR_INVALID_FILE` a file that cannot be read, written or understood
 * - `ERR_MISSING_DEPENDENCY` an optional package is not installed
 */
export type DenseCrfErrorCode =
  | 'ERR_INVALID_SHAPE'
  | 'ERR_INVALID_TYPE'
  | 'ERR_UNKNOWN_OPTION'
  | 'ERR_OUT_OF_RANGE'
  | 'ERR_NOT_FINITE'
  | 'ERR_TOO_LARGE'
  | 'ERR_OVERLAP'
  | 'ERR_DETACHED'
  | 'ERR_DISPOSED'
  | 'ERR_BUSY'
  | 'ERR_INVALID_STATE'
  | 'ERR_OUT_OF_MEMORY'
  | 'ERR_NATIVE_LOAD'
  | 'ERR_INVALID_FILE'
  | 'ERR_MISSING_DEPENDENCY';

/** The one class of error that this package throws; an abort alone rejects with its signal's own reason. */
export class DenseCrfError extends Error {
  /** What went wrong, as a stable string. */
  readonly code: DenseCrfErrorCode;

  constructor(code: DenseCrfErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static {
    // On the prototype, so that the name does not show up as a property of each error.
    Object.defineProperty(this.prototype, 'name', {value: 'DenseCrfError', writable: true, configurable: true});
  }
}
