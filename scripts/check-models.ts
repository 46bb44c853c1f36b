#!/usr/bin/env node
// Builds every model of the series, each in a process of its own, runs it forward on 513x513 and takes a training step on
// the backend `densecrf`: gradients must be finite and not all 0 in every trainable weight, within 16 GB. (Of a single picture,
// those of the image-level branch are rounding errors, as normalization takes away what is the same all over it: the test
// series.test.ts shows two pictures.)
// `npm run check:models`, or with names of models; SIZE=129 for another size.
import {spawnSync} from 'node:child_process';
import * as tf from '@tensorflow/tfjs-core';
import {checkTraining, modelSeries} from './model-series.ts';
import '../src/tfjs/index.ts';

const names = Object.keys(modelSeries);
const LIMIT = 16 * 2 ** 30;

const [flag, ...given] = process.argv.slice(2);
const size = Number(process.env.SIZE ?? 513);
if (flag === '--one') {
  await tf.setBackend('densecrf');
  const create = modelSeries[given[0] ?? ''];
  if (!create) throw new RangeError(`Expected one of ${names.join(', ')} but received ${String(given[0])}`);
  const {problems, figures} = await checkTraining(create({classes: 21}), {pictures: 1, size, classes: 21});
  const peak = process.resourceUsage().maxRSS * 1024;
  if (peak > LIMIT) problems.push('more than 16 GB of memory');
  console.log([...figures, `peak ${(peak / 2 ** 30).toFixed(1)} GB`].join(', '));
  for (const problem of problems) console.log(`  ${problem}`);
  process.exitCode = problems.length > 0 ? 1 : 0;
} else {
  const chosen = flag === undefined ? names : [flag, ...given];
  const failed = chosen.filter(name => {
    process.stdout.write(`${name} at ${size}x${size}: `);
    const args = ['--import=tsx', import.meta.filename, '--one', name];
    return spawnSync(process.execPath, args, {stdio: ['ignore', 'inherit', 'inherit']}).status !== 0;
  });
  console.log(failed.length === 0 ? 'All models pass.' : `Not right: ${failed.join(', ')}`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}
