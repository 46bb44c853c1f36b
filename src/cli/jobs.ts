import {mkdir, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {STANDARD_STREAM} from '../io/files.ts';
import type {Arguments} from './options.ts';
import {indexFolder, listImages, stemOf} from './pairs.ts';
import type {Job} from './refine-picture.ts';
import type {RefineOption} from './refine-table.ts';
import type {Outputs} from './results.ts';
import {itemsOf, parseShard} from './shard.ts';
import {UsageError} from './usage-error.ts';

type Args = Arguments<RefineOption>;

/** A picture of a batch; without an input if there is none, or more than one, and why. */
export type BatchJob = Job | {readonly image: string; readonly problem: string};

const OUTPUTS = {
  output: 'output',
  overlay: 'overlay',
  'side-by-side': 'sideBySide',
  probabilities: 'probabilities',
  matte: 'matte',
} as const satisfies Partial<Record<RefineOption, keyof Outputs>>;

type OutputOption = keyof typeof OUTPUTS;
const OUTPUT_OPTIONS: readonly OutputOption[] = ['output', 'overlay', 'side-by-side', 'probabilities', 'matte'];

/**
 * The one picture of `densecrf refine IMAGE PROBABILITIES`.
 *
 * @throws {UsageError} if an argument is missing or there are too many
 */
export function singleJob(args: Args): Job {
  const [image, input, unexpected] = args.positionals;
  if (image === undefined || input === undefined) {
    throw new UsageError(`Expected ${image === undefined ? 'IMAGE and PROBABILITIES' : 'PROBABILITIES'}`);
  }
  if (unexpected !== undefined) throw new UsageError(`Unexpected argument ${unexpected}`);
  for (const name of ['inputs', 'shard', 'skip-existing'] as const) {
    if (args.has(name)) throw new UsageError(`--${name} needs --images`);
  }
  if (image === STANDARD_STREAM && input === STANDARD_STREAM) throw new UsageError('Only one input can be -');
  const outputs = outputsOf(args, path => path);
  const toStdout = Object.values(outputs).filter(path => path === STANDARD_STREAM).length + (args.has('json') ? 1 : 0);
  if (toStdout > 1) throw new UsageError('Only one result can go to standard output');
  if (Object.keys(outputs).length === 0) throw new UsageError('Expected -o FILE or another output');
  return {image, input, outputs};
}

/**
 * The pictures of `densecrf refine --images ... --inputs ... -o OUTDIR` that belong to this shard, in order. Makes the
 * folders that results go to.
 *
 * @throws {UsageError} if an option is missing or the pictures cannot be listed
 */
export async function batchJobs(args: Args): Promise<BatchJob[]> {
  const [images, inputs, unexpected] = [args.text('images'), args.text('inputs'), args.positionals[0]];
  if (unexpected !== undefined) throw new UsageError(`Unexpected argument ${unexpected} beside --images`);
  if (images === undefined || inputs === undefined) throw new UsageError('Expected --images and --inputs together');
  if (!args.has('output')) throw new UsageError('Expected -o OUTDIR');
  const shard = parseShard(args.text('shard') ?? '1/1');
  const [listed, index] = [itemsOf(await listImages(images), shard), await indexFolder(inputs)];
  for (const folder of Object.values(outputsOf(args, path => path))) await makeFolder(folder);
  return listed.map(image => pair(image, inputs, index, args));
}

function pair(image: string, inputs: string, index: ReadonlyMap<string, readonly string[]>, args: Args): BatchJob {
  const stem = stemOf(image);
  const [input, another] = (index.get(stem) ?? []).filter(path => path !== image);
  if (input === undefined)
    return {image, problem: `Expected ${inputs} to hold ${stem}.npy or ${stem}.png but found neither`};
  if (another !== undefined)
    return {image, problem: `Expected one input for ${image} but found ${input} and ${another}`};
  const outputs = outputsOf(args, (folder, name) =>
    join(folder, `${stem}${name === 'probabilities' ? '.npy' : '.png'}`),
  );
  return {image, input, outputs};
}

function outputsOf(args: Args, place: (path: string, name: OutputOption) => string): Outputs {
  const entries = OUTPUT_OPTIONS.flatMap(name => {
    const path = args.text(name);
    return path === undefined ? [] : [[OUTPUTS[name], place(path, name)] as const];
  });
  return Object.fromEntries(entries);
}

async function makeFolder(folder: string): Promise<void> {
  if (folder === STANDARD_STREAM) throw new UsageError('With --images, outputs are folders; - is none');
  await mkdir(folder, {recursive: true}).catch(() => undefined);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory())
    throw new UsageError(`Expected ${folder} to be a folder: with --images, outputs are folders`);
}
