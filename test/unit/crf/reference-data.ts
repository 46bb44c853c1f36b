// The reference cases of the classic implementation, where they are at hand: ../shared/data/crf beside the repository.
import {existsSync, readFileSync} from 'node:fs';

const folder = new URL('../../../../shared/data/crf/', import.meta.url);

/** Why a test that needs the cases does not run, or undefined if they are there. */
export const missing: string | undefined = existsSync(folder)
  ? undefined
  : 'not run: the reference cases ../shared/data/crf are not on this machine';

export function bytes(name: string): Uint8Array {
  return readFileSync(new URL(name, folder));
}

export function floats(name: string): Float32Array {
  return new Float32Array(Uint8Array.from(bytes(name)).buffer);
}
