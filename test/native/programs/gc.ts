// Nobody but the job knows the object and the outputs any more when the garbage collector runs.
import {setImmediate} from 'node:timers/promises';
import type {NativeJob} from '../../../src/native/addon.ts';
import {ENDLESS, LABELS, POINTS, problem} from '../support.ts';

const seen = {collections: 0, iterations: 0};
const registry = new FinalizationRegistry(() => (seen.collections += 1));

function start(): NativeJob {
  const crf = problem();
  registry.register(crf, undefined);
  const outputs = {probabilities: new Float32Array(POINTS * LABELS), map: new Int32Array(POINTS)};
  return crf.inference(ENDLESS, outputs.probabilities, outputs.map, false, iteration => (seen.iterations = iteration));
}

const job = start();
while (seen.collections === 0) {
  globalThis.gc?.();
  await setImmediate();
}
const before = seen.iterations;
while (seen.iterations < before + 10) await setImmediate();
job.cancel();
console.log(JSON.stringify({collections: seen.collections, ranToItsEnd: await job.done}));
