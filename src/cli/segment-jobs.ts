import {mkdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import type {Arguments} from './options.ts';
import {listPictures, stemOf} from './pairs.ts';
import type {SegmentJob} from './segment-picture.ts';
import type {SegmentSettings} from './segment-settings.ts';
import type {SegmentOption} from './segment-table.ts';
import {itemsOf, parseShard} from './shard.ts';
import {UsageError} from './usage-error.ts';

/**
 * The pictures of `densecrf segment IMAGE...` that belong to this shard, in order. Makes the folders that results go to.
 *
 * @throws {UsageError} if an option is missing or the pictures cannot be listed
 */
export async function segmentJobs(args: Arguments<SegmentOption>, settings: SegmentSettings): Promise<SegmentJob[]> {
  if (args.positionals.length === 0) throw new UsageError('Expected IMAGE');
  if (!args.has('model')) throw new UsageError('Expected --model DIR');
  const folder = args.text('output');
  if (folder === undefined && !args.has('report')) throw new UsageError('Expected -o DIR or --report FILE');
  if (folder === undefined && settings.probabilities) throw new UsageError('--probabilities needs -o DIR');
  const images = itemsOf(await listPictures(args.positionals), parseShard(args.text('shard') ?? '1/1'));
  if (folder === undefined) return images.map(image => ({image, outputs: {}}));
  const folders = {
    output: folder,
    ...(settings.overlays && {overlay: join(folder, 'overlays')}),
    ...(settings.probabilities && {probabilities: join(folder, 'probabilities')}),
  };
  for (const path of Object.values(folders)) await makeFolder(path);
  return images.map(image => ({image, outputs: outputsOf(folders, stemOf(image))}));
}

function outputsOf({output, overlay, probabilities}: SegmentJob['outputs'], stem: string): SegmentJob['outputs'] {
  return {
    ...(output !== undefined && {output: join(output, `${stem}.png`)}),
    ...(overlay !== undefined && {overlay: join(overlay, `${stem}.png`)}),
    ...(probabilities !== undefined && {probabilities: join(probabilities, `${stem}.npy`)}),
  };
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, {recursive: true}).catch(() => undefined);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) throw new UsageError(`Expected -o ${folder} to be a folder`);
}
