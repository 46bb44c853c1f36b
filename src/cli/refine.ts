import {DenseCrfError} from '../core/errors.ts';
import {isThere, nameOf} from '../io/files.ts';
import {loadSharp} from '../io/pictures.ts';
import {concurrency} from '../runtime.ts';
import {formatHelp} from './help.ts';
import {batchJobs, singleJob} from './jobs.ts';
import type {BatchJob} from './jobs.ts';
import {Narrator, remarks} from './narrator.ts';
import {parseOptions} from './options.ts';
import type {Arguments} from './options.ts';
import {refinePicture} from './refine-picture.ts';
import type {Job, RefineSettings, Report} from './refine-picture.ts';
import {REFINE_GROUPS, REFINE_OPTIONS} from './refine-table.ts';
import type {RefineOption} from './refine-table.ts';
import {crfSettings, mapSettings, presetName} from './settings.ts';
import {FAILED, OK} from './terminal.ts';
import type {Command} from './terminal.ts';

const USAGE = [
  'Usage: densecrf refine IMAGE PROBABILITIES -o OUT.png [OPTIONS]',
  '       densecrf refine --images DIR|GLOB|LIST --inputs DIR -o OUTDIR [--shard i/n] [OPTIONS]',
  '',
  'Sharpens a segmentation with its picture. PROBABILITIES is a .npy array (probabilities or logits,',
  'labels first or last, one channel for a foreground, smaller than the picture if need be), a PNG of',
  'labels, or a mask. - stands for standard input or output.',
];

const NOTES = ['Exit codes: 0 all good, 1 a picture failed (a batch goes on), 2 wrong usage.'];

/** `densecrf refine` */
export const refineCommand: Command = {
  summary: 'sharpens a segmentation, or a folder of them, with its picture',
  help: formatHelp(USAGE, REFINE_GROUPS, NOTES),

  async run(argv, terminal) {
    const args = parseOptions(argv, REFINE_OPTIONS);
    const settings = await readSettings(args);
    const threads = args.integer('threads', 1, 256);
    const narrator = new Narrator(terminal, {json: args.has('json'), quiet: args.has('quiet')});
    const batch = args.has('images') || args.has('inputs');
    const jobs = batch ? await batchJobs(args) : [singleJob(args)];
    // What every picture needs: better missed now than once for each.
    concurrency(threads);
    await loadSharp();
    const run = {args, settings, narrator, isBatch: batch};
    let code = OK;
    for (const [done, job] of jobs.entries()) {
      if (batch) narrator.progress.show(done, jobs.length, job.image);
      if (!(await runJob(job, run))) code = FAILED;
    }
    narrator.progress.clear();
    return code;
  },
};

interface Run {
  readonly args: Arguments<RefineOption>;
  readonly settings: RefineSettings;
  readonly narrator: Narrator;
  readonly isBatch: boolean;
}

async function readSettings(args: Arguments<RefineOption>): Promise<RefineSettings> {
  return {
    map: mapSettings(args),
    crf: await crfSettings(args, presetName('preset', args.text('preset') ?? 'deeplab-v2-resnet101')),
    autoOrient: args.has('auto-orient'),
    opacity: args.number('opacity', value => value >= 0 && value <= 1, 'a number from 0 to 1'),
    float16: args.has('float16'),
  };
}

/** @returns whether the picture was refined; a failure is reported, and the next picture can follow */
async function runJob(job: BatchJob, run: Run): Promise<boolean> {
  const {args, settings, narrator, isBatch} = run;
  try {
    if ('problem' in job) throw new DenseCrfError('ERR_INVALID_FILE', job.problem);
    if (args.has('skip-existing') && (await isDone(job))) {
      const {image, input, outputs} = job;
      narrator.tell(`${image}: there already`, {image, input, outputs, skipped: true});
      return true;
    }
    const onProgress = (done: number, all: number): void => narrator.progress.show(done, all, 'iterations');
    const done = await refinePicture(job, settings, isBatch ? {} : {onProgress});
    narrator.tell(describe(done), done);
    return true;
  } catch (error) {
    narrator.tellFailure(job.image, error, isBatch);
    return false;
  }
}

async function isDone({outputs}: Job): Promise<boolean> {
  return (await Promise.all(Object.values(outputs).map(isThere))).every(Boolean);
}

function describe(done: Report): string {
  const {image, width, height, labels, preset, iterations, changed, seconds, notes} = done;
  const facts = `${width} x ${height}, ${labels} labels, ${preset}, ${iterations} iterations`;
  return `${nameOf(image)}: ${facts}, ${(100 * changed).toFixed(1)} % of the pixels changed, ${seconds.toFixed(2)} s${remarks(notes)}`;
}
