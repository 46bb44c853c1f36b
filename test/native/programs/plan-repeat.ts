// What many plans leave behind, disposed or not.
import {setImmediate} from 'node:timers/promises';
import {native} from '../../../src/native/load.ts';
import {layerProblem, planProblem} from '../support.ts';

async function repeat(times: number): Promise<void> {
  for (let i = 0; i < times; ++i) {
    const {plan, input, output, channels} = planProblem(5, 128); // 576 KiB of weights
    const job = plan.runJob(input, output, 0, channels);
    if (i % 2 === 0) job.cancel();
    if (i % 3 === 0) plan.dispose();
    await job.done;
    const {layer} = layerProblem(5, 16);
    const [few, some] = [new Float32Array(400), new Float32Array(400)];
    native().runLayer(layer, few, some, 0, 16);
    if (i % 50 === 0) await setImmediate();
  }
  globalThis.gc?.();
  await setImmediate();
  globalThis.gc?.();
  await setImmediate();
}

await repeat(100);
const before = process.memoryUsage.rss();
await repeat(500);
console.log(JSON.stringify({resident: (process.memoryUsage.rss() - before) / 2 ** 20}));
