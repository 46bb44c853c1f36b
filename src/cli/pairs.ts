import {readdir, stat} from 'node:fs/promises';
import {basename, extname, join} from 'node:path';
import {messageOf, readInput, STANDARD_STREAM} from '../io/files.ts';
import {expandGlob, isGlob} from './glob.ts';
import {UsageError} from './usage-error.ts';

const PICTURE_TYPES = ['.jpg', '.jpeg', '.png', '.webp', '.tif', '.tiff', '.avif', '.gif', '.heic', '.heif'];

/** The base name that pairs a picture with its probabilities and names its results. */
export function stemOf(path: string): string {
  return basename(path, extname(path));
}

/**
 * The pictures that `--images` names, sorted, so that every machine sees the same order.
 *
 * @param source a folder, a pattern with `*`, or a text file (`-` for standard input) with a path on each line
 * @throws {UsageError} if there are none, or two would write the same result
 */
export async function listImages(source: string): Promise<string[]> {
  const images = await findImages(source);
  if (images.length === 0) throw new UsageError(`Expected --images ${source} to name pictures but found none`);
  return sortedPictures(images);
}

/**
 * The pictures that arguments name, sorted.
 *
 * @param sources files, folders, or patterns with `*`
 * @throws {UsageError} if a folder or a pattern names none, or two would write the same result
 */
export async function listPictures(sources: readonly string[]): Promise<string[]> {
  const found = await Promise.all(sources.map(async source => ({source, pictures: await expand(source)})));
  const empty = found.find(({pictures}) => pictures.length === 0);
  if (empty) throw new UsageError(`Expected ${empty.source} to name pictures but found none`);
  return sortedPictures(found.flatMap(({pictures}) => pictures));
}

/** A file is taken at its word: whether it can be read shows when its turn comes. */
async function expand(source: string): Promise<string[]> {
  const isFolder = await stat(source).then(
    found => found.isDirectory(),
    () => undefined,
  );
  return isFolder === true || (isFolder === undefined && isGlob(source)) ? findImages(source) : [source];
}

function sortedPictures(found: readonly string[]): string[] {
  const images = [...new Set(found)].sort();
  const stems = new Map<string, string>();
  for (const image of images) {
    const twin = stems.get(stemOf(image));
    if (twin !== undefined) throw new UsageError(`${twin} and ${image} would write the same result: rename one`);
    stems.set(stemOf(image), image);
  }
  return images;
}

/** The files of a folder by the base name of the picture that they belong to. */
export async function indexFolder(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const index = new Map<string, string[]>();
  for (const name of await readFolder(folder)) {
    const path = join(folder, name);
    index.set(stemOf(name), [...(index.get(stemOf(name)) ?? []), path]);
  }
  return index;
}

async function findImages(source: string): Promise<string[]> {
  const found = source === STANDARD_STREAM ? undefined : await stat(source).catch(() => undefined);
  if (!found && isGlob(source)) return expandGlob(source);
  if (found?.isDirectory()) {
    const names = (await readFolder(source)).filter(name => PICTURE_TYPES.includes(extname(name).toLowerCase()));
    return names.map(name => join(source, name));
  }
  const text = new TextDecoder().decode(await readInput(source).catch(unreadable));
  return text.split(/\r?\n/).filter(line => line.trim() !== '');
}

async function readFolder(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(unreadable);
  return names.filter(name => !name.startsWith('.'));
}

function unreadable(error: unknown): never {
  throw new UsageError(messageOf(error));
}
