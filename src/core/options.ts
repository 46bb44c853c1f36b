import {expectation, isObject} from './checks.ts';
import {oneOf} from './describe.ts';
import {DenseCrfError} from './errors.ts';
import {nearest} from './nearest.ts';

/** An options object: neither a primitive nor an array. */
export function checkObject<T extends object>(name: string, options: T): T {
  if (isObject(options) && !Array.isArray(options) && !ArrayBuffer.isView(options)) return options;
  throw expectation('ERR_INVALID_TYPE', name, 'an object', options);
}

/** An options object all of whose keys are known, apart from those that are undefined. */
export function checkOptions<T extends object>(name: string, options: T, known: readonly (keyof T & string)[]): T {
  const entries: [string, unknown][] = Object.entries(checkObject(name, options));
  for (const [key, value] of entries) {
    if (value !== undefined && !known.some(word => word === key)) throw unknownOption(name, key, known);
  }
  return options;
}

function unknownOption(name: string, key: string, known: readonly string[]): DenseCrfError {
  const hint = nearest(key, known);
  const question = hint === undefined ? '' : `: did you mean '${hint}'?`;
  const expected = known.length === 0 ? 'to be empty' : `to have only the keys ${oneOf(known)}`;
  return new DenseCrfError('ERR_UNKNOWN_OPTION', `Expected ${name} ${expected} but received '${key}'${question}`);
}
