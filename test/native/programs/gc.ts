// Nobody but the job knows the object and the outputs any more when the garbage collector runs.
import {setImmediate} from 'node:timers/promises';
import type {NativeJob} from '../../../src/native/addon.ts';
import {ENDLESS, LABELS, POINTS, problem} from '../support.ts';

const collected: string[] = [];
const registry = new FinalizationRegistry<string>(name => collected.push(name));
let reported = 0;

function start(): NativeJob {
  const crf = problem();
  const [probabilities, map] = [new Float32Array(POINTS * LABELS), new Int32Array(POINTS)];
  registry.register(crf, 'object');
  registry.register(probabilities, 'probabilities');
  registry.register(map, 'map');
  return crf.inference(ENDLESS, probabilities, map, false, iteration => (reported = iteration));
}

async function collectUntil(enough: () => boolean): Promise<void> {
  while (!enough()) {
    globalThis.gc?.();
    await setImmediate();
  }
}

const job = start();
await collectUntil(() => collected.length > 0);
const before = reported;
await collectUntil(() => reported >= before + 10);
const inTheMiddle = [...collected];
job.cancel();
const ranToItsEnd = await job.done;
await collectUntil(() => collected.length === 3);
console.log(JSON.stringify({ranToItsEnd, inTheMiddle}));
