// Nobody but the job knows the plan and its arrays any more when the garbage collector runs.
import {setImmediate} from 'node:timers/promises';
import type {NativeJob} from '../../../src/native/addon.ts';
import {planProblem} from '../support.ts';

const collected: string[] = [];
const registry = new FinalizationRegistry<string>(name => collected.push(name));

function start(): NativeJob {
  const {plan, input, output, channels} = planProblem(129, 256);
  registry.register(plan, 'plan');
  registry.register(input, 'input');
  registry.register(output, 'output');
  return plan.runJob(input, output, 0, channels);
}

async function collect(): Promise<void> {
  globalThis.gc?.();
  await setImmediate();
}

const job = start();
const state = {settled: false};
const isSettled = (): boolean => state.settled;
void job.done.then(() => (state.settled = true));
const lost: string[] = [];
while (!isSettled()) {
  await collect();
  if (!isSettled()) lost.push(...collected.filter(name => name !== 'plan'));
}
const ranToItsEnd = await job.done;
while (collected.length < 3) await collect();
console.log(JSON.stringify({ranToItsEnd, lost}));
