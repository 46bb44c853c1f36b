import type {NativeStatus, NativeStatusError} from '../native/addon.ts';
import {DenseCrfError, type DenseCrfErrorCode} from './errors.ts';

const meanings: Readonly<Record<NativeStatus, readonly [DenseCrfErrorCode, string]>> = {
  cancelled: ['ERR_INVALID_STATE', 'The operation was cancelled'],
  'out-of-memory': ['ERR_OUT_OF_MEMORY', 'The system gave no memory for the buffers of this operation'],
  'too-large': ['ERR_TOO_LARGE', 'Expected every buffer to stay below 2^31 entries but this operation needs more'],
  'out-of-range': ['ERR_OUT_OF_RANGE', 'Expected scaled features within the range of exact lattice coordinates'],
  'no-unary': [
    'ERR_INVALID_STATE',
    'Expected unary energies before inference: call setUnaryEnergy or setLogisticUnary',
  ],
  'not-started': ['ERR_INVALID_STATE', 'Expected startInference() to have been called before'],
  busy: ['ERR_BUSY', 'Expected no other operation on this object but received a call while one runs'],
  disposed: ['ERR_DISPOSED', 'Expected an object in use but received a call after dispose()'],
  'invalid-argument': ['ERR_INVALID_TYPE', 'The native addon refused an argument'],
};

/** Runs a call of the addon; what it throws becomes a {@link DenseCrfError}. */
export function callNative<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw fromNative(error);
  }
}

/** The {@link DenseCrfError} for what the addon threw or rejected with; anything else as it is. */
export function fromNative(error: unknown): unknown {
  if (!isStatusError(error)) return error;
  const [code, message] = meanings[error.status];
  return new DenseCrfError(code, message, {cause: error});
}

function isStatusError(error: unknown): error is NativeStatusError {
  return error instanceof Error && 'status' in error && typeof error.status === 'string' && error.status in meanings;
}
