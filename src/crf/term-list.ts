import {checkInteger} from '../core/checks.ts';
import {count} from '../core/describe.ts';
import {DenseCrfError} from '../core/errors.ts';
import {checkFitsMemory} from '../core/memory.ts';
import {callNative} from '../core/status.ts';
import type {NativeCompatibility, NativeDenseCrf, NativePairwiseTerm} from '../native/addon.ts';
import type {Grid} from './grid.ts';
import {kernelRangeError, rangeError} from './range-error.ts';
import {checkKernelParameters, dimensionsOf, type KernelType} from './terms.ts';

/** What is remembered of a pairwise term. */
interface Term {
  readonly kernel: KernelType;
  readonly dimensions: number;
  compatibility: NativeCompatibility;
}

/** The pairwise terms of a CRF. */
export class TermList {
  readonly #grid: Grid;
  readonly #terms: Term[] = [];
  #bytes: number;

  /** @param bytes what the CRF needs without terms, at the least */
  constructor(grid: Grid, bytes: number) {
    this.#grid = grid;
    this.#bytes = bytes;
  }

  get length(): number {
    return this.#terms.length;
  }

  /** The term of an index. */
  at(index: number): Term {
    checkInteger('term', index, 0);
    const term = this.#terms[index];
    if (term !== undefined) return term;
    throw new DenseCrfError(
      'ERR_OUT_OF_RANGE',
      `Expected term to be the index of one of ${count(this.length, 'pairwise term')} but received ${index}`,
    );
  }

  /** Adds a term, here and in the addon. @returns its index */
  add(crf: NativeDenseCrf, term: NativePairwiseTerm): number {
    const dimensions = dimensionsOf(term);
    const bytes = this.#bytes + 8 * this.#grid.points * (dimensions + 1);
    checkFitsMemory('the lattices of a CRF', bytes);
    callInRange(
      () => crf.addPairwise(term),
      cause => rangeError(term, this.#grid, cause),
    );
    this.#bytes = bytes;
    return this.#terms.push({kernel: term.kernel, dimensions, compatibility: term.compatibility}) - 1;
  }

  setKernelParameters(crf: NativeDenseCrf, index: number, parameters: unknown): void {
    const {kernel, dimensions} = this.at(index);
    const checked = checkKernelParameters('parameters', parameters, kernel, dimensions);
    callInRange(() => crf.setKernelParameters(index, checked), kernelRangeError);
  }
}

/** Runs a call that may find features out of range, of which `explain` knows more. */
function callInRange(call: () => void, explain: (cause: DenseCrfError) => DenseCrfError): void {
  try {
    callNative(call);
  } catch (error) {
    throw error instanceof DenseCrfError && error.code === 'ERR_OUT_OF_RANGE' ? explain(error) : error;
  }
}
