import {stat} from 'node:fs/promises';
import {DenseCrfError} from '../core/errors.ts';
import {messageOf, nameOf, writeOutput} from '../io/files.ts';
import {loadSharp} from '../io/pictures.ts';
import {concurrency} from '../runtime.ts';
import {formatHelp} from './help.ts';
import {openSegmenter, tryOut} from './network.ts';
import type {OpenSegmenter} from './network.ts';
import {parseOptions} from './options.ts';
import type {Arguments} from './options.ts';
import {Progress} from './progress.ts';
import {SegmentReport} from './segment-report.ts';
import {segmentJobs} from './segment-jobs.ts';
import {segmentPicture} from './segment-picture.ts';
import type {SegmentFacts, SegmentJob, Segmenter} from './segment-picture.ts';
import {segmentSettings} from './segment-settings.ts';
import type {SegmentSettings} from './segment-settings.ts';
import {SEGMENT_GROUPS, SEGMENT_OPTIONS} from './segment-table.ts';
import type {SegmentOption} from './segment-table.ts';
import {FAILED, OK, WRONG_USAGE} from './terminal.ts';
import type {Command, Terminal} from './terminal.ts';

const USAGE = [
  'Usage: densecrf segment IMAGE... --model DIR [--crf PRESET] -o DIR [OPTIONS]',
  '',
  'Segments pictures with a DeepLab network, or any other that gives scores or labels, and refines them',
  'with the dense CRF. IMAGE is a file, a folder, or a pattern such as "set/**/*.jpg".',
];

const NOTES = [
  'Exit codes: 0 all good, 1 something failed, 2 wrong usage, a picture or a model that cannot be used',
  '(the other pictures are done all the same).',
];

/** What a user can do nothing about by giving other files. */
const NOT_THE_INPUT: readonly string[] = [
  'ERR_MISSING_DEPENDENCY',
  'ERR_NATIVE_LOAD',
  'ERR_OUT_OF_MEMORY',
  'ERR_INVALID_STATE',
];

/** `densecrf segment` */
export const segmentCommand: Command = {
  summary: 'segments pictures with a network, and refines them with the CRF',
  help: formatHelp(USAGE, SEGMENT_GROUPS, NOTES),

  async run(argv, terminal) {
    const args = parseOptions(argv, SEGMENT_OPTIONS);
    const settings = await segmentSettings(args);
    const threads = args.integer('threads', 1, 256);
    const jobs = await segmentJobs(args, settings);
    const run = {args, settings, terminal, progress: new Progress(terminal, args.has('quiet'))};
    try {
      concurrency(threads);
      await loadSharp();
      return await segmentAll(jobs, await openSegmenter(args.text('model') ?? '', settings), run);
    } catch (error) {
      run.progress.line(`densecrf: ${messageOf(error)}`);
      return codeOf(error);
    } finally {
      run.progress.clear();
    }
  },
};

interface Run {
  readonly args: Arguments<SegmentOption>;
  readonly settings: SegmentSettings;
  readonly terminal: Terminal;
  readonly progress: Progress;
}

async function segmentAll(jobs: readonly SegmentJob[], segmenter: OpenSegmenter, run: Run): Promise<number> {
  const {args, settings, progress} = run;
  const path = args.text('report');
  const report = path === undefined ? undefined : new SegmentReport(args.text('model') ?? '', settings);
  let code = OK;
  try {
    if (jobs.length > 1) await tryOut(segmenter, settings);
    for (const [done, job] of jobs.entries()) {
      if (jobs.length > 1) progress.show(done, jobs.length, job.image);
      const failure = await segmentOne(job, segmenter, run, report, jobs.length > 1);
      // What fails for other reasons weighs more than a wrong input.
      if (failure !== OK && code !== FAILED) code = failure;
    }
  } finally {
    segmenter.dispose();
  }
  if (report && path !== undefined) await writeOutput(path, report.encode());
  return code;
}

/** @returns an exit code; a failure is reported, and the next picture can follow */
async function segmentOne(
  job: SegmentJob,
  segmenter: Segmenter,
  run: Run,
  report: SegmentReport | undefined,
  isBatch: boolean,
): Promise<number> {
  const {args, settings, progress} = run;
  try {
    if (args.has('skip-existing') && job.outputs.output !== undefined && (await isThere(job.outputs.output))) {
      tell(run, `${job.image}: there already`, {...job, skipped: true});
      return OK;
    }
    const onProgress = (done: number, all: number): void => progress.show(done, all, 'steps');
    const done = await segmentPicture(job, segmenter, settings, isBatch ? {} : {onProgress});
    await report?.add(done);
    tell(run, describe(done.facts), done.facts);
    return OK;
  } catch (error) {
    const code = error instanceof DenseCrfError ? error.code : 'ERR_UNKNOWN';
    const message = messageOf(error);
    progress.line(`densecrf: ${isBatch ? `${job.image}: ` : ''}${message}`);
    if (args.has('json')) print(run, {image: job.image, error: {code, message}});
    report?.addFailure(job.image, message);
    return codeOf(error);
  }
}

function codeOf(error: unknown): number {
  return error instanceof DenseCrfError && !NOT_THE_INPUT.includes(error.code) ? WRONG_USAGE : FAILED;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function tell(run: Run, text: string, facts: object): void {
  if (run.args.has('json')) print(run, facts);
  else if (!run.args.has('quiet')) run.progress.line(text);
}

function print({terminal}: Run, facts: object): void {
  terminal.stdout.write(`${JSON.stringify(facts)}\n`);
}

function describe({image, width, height, found, crf, changed, timings, notes}: SegmentFacts): string {
  const shown = found.slice(0, 4).map(({name, share}) => `${name} ${(100 * share).toFixed(1)} %`);
  const refined = crf ? `; ${crf.preset} changed ${(100 * changed).toFixed(1)} % of the pixels` : '';
  const seconds = (Object.values(timings).reduce((sum, ms) => sum + ms, 0) / 1000).toFixed(2);
  const remarks = notes.map(note => `\n  note: ${note}`).join('');
  return `${nameOf(image)}: ${width} x ${height}, ${shown.join(', ')}${refined}, ${seconds} s${remarks}`;
}
