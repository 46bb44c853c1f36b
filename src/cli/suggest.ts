import {nearest} from '../core/nearest.ts';

/** The word that was probably meant, as " (did you mean X?)", or nothing if none is close. */
export function suggestion(word: string, known: readonly string[], prefix = ''): string {
  const meant = nearest(word, known);
  return meant === undefined ? '' : ` (did you mean ${prefix}${meant}?)`;
}
