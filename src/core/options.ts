import {expectation, isObject} from './checks.ts';
import {oneOf} from './describe.ts';
import {DenseCrfError} from './errors.ts';

/** An options object: neither a primitive nor an array. */
export function checkObject<T extends object>(name: string, options: T): T {
  if (isObject(options) && !Array.isArray(options) && !ArrayBuffer.isView(options)) return options;
  throw expectation('ERR_INVALID_TYPE', name, 'an object', options);
}

/** An options object all of whose keys are known. */
export function checkOptions<T extends object>(name: string, options: T, known: readonly (keyof T & string)[]): T {
  for (const key of Object.keys(checkObject(name, options))) {
    if (!known.some(word => word === key)) throw unknownOption(name, key, known);
  }
  return options;
}

/** The word that `key` was most probably meant to be, if any comes near. */
export function nearest(key: string, words: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_ ]/g, '');
  const ranked = words
    .map(word => ({word, distance: editDistance(plain(key), plain(word))}))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best !== undefined && best.distance <= (key.length < 4 ? 1 : Math.max(2, key.length / 3)) ? best.word : undefined;
}

function unknownOption(name: string, key: string, known: readonly string[]): DenseCrfError {
  const hint = nearest(key, known);
  const question = hint === undefined ? '' : `: did you mean '${hint}'?`;
  const expected = known.length === 0 ? 'to be empty' : `to have only the keys ${oneOf(known)}`;
  return new DenseCrfError('ERR_UNKNOWN_OPTION', `Expected ${name} ${expected} but received '${key}'${question}`);
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({length: b.length + 1}, (_, i) => i);
  for (let i = 1; i <= a.length; ++i) {
    const next = [i];
    for (let j = 1; j <= b.length; ++j) {
      const substitution = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, at(row, j) + 1, at(next, j - 1) + 1));
    }
    row = next;
  }
  return at(row, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
