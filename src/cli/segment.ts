import {DenseCrfError} from '../core/errors.ts';
import {isThere, messageOf, nameOf, writeOutput} from '../io/files.ts';
import {loadSharp} from '../io/pictures.ts';
import {concurrency} from '../runtime.ts';
import {formatHelp} from './help.ts';
import {Narrator, remarks} from './narrator.ts';
import {openSegmenter, tryOut} from './network.ts';
import type {OpenSegmenter} from './network.ts';
import {parseOptions} from './options.ts';
import type {Arguments} from './options.ts';
import {SegmentReport} from './segment-report.ts';
import {segmentJobs} from './segment-jobs.ts';
import {segmentPicture} from './segment-picture.ts';
import type {SegmentFacts, SegmentJob, Segmenter} from './segment-picture.ts';
import {segmentSettings} from './segment-settings.ts';
import type {SegmentSettings} from './segment-settings.ts';
import {SEGMENT_GROUPS, SEGMENT_OPTIONS} from './segment-table.ts';
import type {SegmentOption} from './segment-table.ts';
import {FAILED, OK, WRONG_USAGE} from './terminal.ts';
import type {Command} from './terminal.ts';

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
    const narrator = new Narrator(terminal, {json: args.has('json'), quiet: args.has('quiet')});
    try {
      concurrency(threads);
      await loadSharp();
      return await segmentAll(jobs, await openSegmenter(args.text('model') ?? '', settings), {
        args,
        settings,
        narrator,
      });
    } catch (error) {
      narrator.progress.line(`densecrf: ${messageOf(error)}`);
      return codeOf(error);
    } finally {
      narrator.progress.clear();
    }
  },
};

interface Run {
  readonly args: Arguments<SegmentOption>;
  readonly settings: SegmentSettings;
  readonly narrator: Narrator;
}

async function segmentAll(jobs: readonly SegmentJob[], segmenter: OpenSegmenter, run: Run): Promise<number> {
  const {args, settings, narrator} = run;
  const path = args.text('report');
  const report = path === undefined ? undefined : new SegmentReport(args.text('model') ?? '', settings);
  let code = OK;
  try {
    if (jobs.length > 1) await tryOut(segmenter, settings);
    for (const [done, job] of jobs.entries()) {
      if (jobs.length > 1) narrator.progress.show(done, jobs.length, job.image);
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
  const {args, settings, narrator} = run;
  try {
    if (args.has('skip-existing') && job.outputs.output !== undefined && (await isThere(job.outputs.output))) {
      narrator.tell(`${job.image}: there already`, {...job, skipped: true});
      return OK;
    }
    const onProgress = (done: number, all: number): void => narrator.progress.show(done, all, 'steps');
    const done = await segmentPicture(job, segmenter, settings, isBatch ? {} : {onProgress});
    await report?.add(done);
    narrator.tell(describe(done.facts), done.facts);
    return OK;
  } catch (error) {
    narrator.tellFailure(job.image, error, isBatch);
    report?.addFailure(job.image, messageOf(error));
    return codeOf(error);
  }
}

function codeOf(error: unknown): number {
  return error instanceof DenseCrfError && !NOT_THE_INPUT.includes(error.code) ? WRONG_USAGE : FAILED;
}

function describe({image, width, height, found, crf, changed, timings, notes}: SegmentFacts): string {
  const shown = found.slice(0, 4).map(({name, share}) => `${name} ${(100 * share).toFixed(1)} %`);
  const refined = crf ? `; ${crf.preset} changed ${(100 * changed).toFixed(1)} % of the pixels` : '';
  const seconds = (Object.values(timings).reduce((sum, ms) => sum + ms, 0) / 1000).toFixed(2);
  return `${nameOf(image)}: ${width} x ${height}, ${shown.join(', ')}${refined}, ${seconds} s${remarks(notes)}`;
}
