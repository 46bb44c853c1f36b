import {oneOf} from '../core/describe.ts';
import {DenseCrfError} from '../core/errors.ts';
import {checkOptions} from '../core/options.ts';
import type {RefineSyncOptions} from './refine-options.ts';
import {scheduleKeys} from './schedule.ts';

const sources = ['probabilities', 'logits', 'labels', 'foreground'] as const;

/** The options that go with each source. */
const sourceKeys = {
  probabilities: ['scale'],
  logits: ['scale'],
  labels: ['labelCount', 'groundTruthProbability', 'zeroUnsure', 'voidLabel'],
  foreground: ['groundTruthProbability'],
};

const commonKeys = [
  ...['image', 'width', 'height', 'dataFormat', 'imageDataFormat'],
  ...['preset', 'gaussian', 'bilateral', 'iterations', ...scheduleKeys, 'clip'],
];

/** Checks that options name exactly one source and have no keys but the common ones, those of that source, and `more`. */
export function checkRefineKeys(name: string, options: RefineSyncOptions, more: readonly string[]): void {
  const given = sources.filter(word => options[word] !== undefined);
  const [source] = given;
  if (source === undefined || given.length > 1) {
    const received = source === undefined ? 'none' : given.join(' and ');
    throw new DenseCrfError('ERR_INVALID_TYPE', `Expected exactly one of ${oneOf(sources)} but received ${received}`);
  }
  checkOptions<Record<string, unknown>>(name, {...options}, [...commonKeys, source, ...sourceKeys[source], ...more]);
}
