// docs/tfjs-atrous-bugs.md: every sample shows its bug on the backends that it names, and none once it is mended.
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import vm from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import test from 'ava';
import {root} from '../../../scripts/run.mjs';
import {accelerate} from '../../../src/tfjs/accelerate.ts';
import {enableAtrousTraining} from '../../../src/tfjs/gradients/index.ts';
import {backends} from './backends.ts';

interface Sample {
  title: string;
  code: string;
  backends: string[];
  /** The call that mends it, as the page has it; none where nothing does. */
  mend: string;
  error: string | undefined;
  wrong: string | undefined;
  right: string | undefined;
}

const page = readFileSync(join(root, 'docs/tfjs-atrous-bugs.md'), 'utf8');
const [preamble = '', ...samples] = [...page.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code = '']) => code);
const shared = preamble.replaceAll(/^import .*\n/gm, '');

function describe(code: string): Sample {
  const before = page.slice(0, page.indexOf(code));
  const [, names = '', mend = ''] =
    [...before.matchAll(/On ((?:\w+, )*\w+)(?:; mended by `(\w+)\()?/g)].findLast(([, list = '']) =>
      list.split(', ').every(name => /^(cpu|wasm|tensorflow)$/.test(name)),
    ) ?? [];
  const [, wrong, right] = /\/\/ (.*), should be (.*)$/m.exec(code) ?? [];
  return {
    title: `line ${before.split('\n').length}`,
    code,
    backends: names.split(', '),
    mend,
    error: /^\/\/ Error: (.*)$/m.exec(code)?.[1],
    wrong,
    right,
  };
}

/** What a sample prints, or the message of its error. */
async function outcome(code: string): Promise<string> {
  const printed: unknown[] = [];
  const run = vm.runInThisContext(`(async (tf, console) => {${shared}\n${code}\n})`) as (
    tf: object,
    console: object,
  ) => Promise<void>;
  try {
    await run({...tf, ...tfl}, {log: (value: unknown) => printed.push(value)});
    return printed.length > 0 ? JSON.stringify(printed[0]) : 'nothing';
  } catch (error) {
    return `Error: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const mends: Record<string, (backend: string) => () => void> = {
  enableAtrousTraining: () => enableAtrousTraining(),
  accelerate: backend => accelerate(backend),
};

for (const {title, code, backends: affected, mend, error, wrong, right} of samples.map(describe)) {
  for (const backend of backends.filter(name => affected.includes(name))) {
    test.serial(`${title} on ${backend}`, async t => {
      t.false(error === undefined && right === undefined);
      await tf.setBackend(backend);
      const found = await outcome(code);
      if (wrong !== undefined) t.is(found, wrong);
      else t.true(found.startsWith('Error: ') && found.includes(error!), found);
      if (mend === '') return;
      t.teardown(mends[mend]!(backend));
      t.is(await outcome(code), right ?? 'nothing');
    });
  }
}
