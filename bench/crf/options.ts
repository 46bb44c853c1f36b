// What the options that shorten inference save, and what they change.
import {concurrency, DenseCRF, type InferenceSyncOptions} from '../../src/index.ts';
import {type Spread, spread} from '../lib/statistics.ts';
import {type Agreement, agree, channelsFirst, type Inputs} from './measure.ts';
import type {Workload} from './workload.ts';

export interface OptionResult {
  readonly workload: Workload;
  readonly picture: string;
  readonly variants: readonly Variant[];
}

export interface Variant {
  readonly name: string;
  readonly ms: Spread;
  /** With the result of no option. */
  readonly agreement: Agreement;
}

const variants: readonly InferenceSyncOptions[] = [
  {},
  {tolerance: 0.001},
  {tolerance: 0.01},
  {tolerance: 0.1},
  {freeze: 0.0001},
  {freeze: 0.001},
  {freeze: 0.01},
  {tolerance: 0.01, freeze: 0.001},
];

/** Variants take turns on one object with its lattices built, on one thread. */
export function measureOptions(workload: Workload, inputs: Inputs, iterations: number, runs: number): OptionResult {
  const {width, height, labels, terms} = workload;
  const threads = concurrency();
  concurrency(1);
  const crf = new DenseCRF({shape: [height, width], labels});
  crf.setUnaryEnergy(inputs.energy);
  for (const {sxy, srgb, compat} of terms) {
    if (srgb === undefined) crf.addPairwiseGaussian({sxy, compat});
    else crf.addPairwiseBilateral({sxy, srgb, image: inputs.image, compat});
  }
  const plain = channelsFirst(crf.inferenceSync(iterations).probabilities, labels);
  const times = variants.map((): number[] => []);
  for (let run = 0; run < runs; ++run) {
    for (const [i, options] of variants.entries()) {
      const start = performance.now();
      crf.inferenceSync(iterations, options);
      times[i]?.push(performance.now() - start);
    }
  }
  const results = variants.map((options, i) => ({
    name: nameOf(options),
    ms: spread(times[i] ?? []),
    agreement: agree(channelsFirst(crf.inferenceSync(iterations, options).probabilities, labels), plain, labels),
  }));
  crf.dispose();
  concurrency(threads);
  return {workload, picture: inputs.picture, variants: results};
}

function nameOf(options: InferenceSyncOptions): string {
  const named = Object.entries(options).map(([name, value]) => `${name} ${String(value)}`);
  return named.length === 0 ? 'no option' : named.join(', ');
}
