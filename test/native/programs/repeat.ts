// What a thousand small jobs leave behind.
import {readFileSync} from 'node:fs';
import {setImmediate} from 'node:timers/promises';
import {native} from '../../../src/native/load.ts';
import {gaussian, noise} from '../support.ts';

const [HEIGHT, WIDTH, LABELS] = [64, 64, 16]; // 256 KiB of probabilities
const unary = noise(HEIGHT * WIDTH * LABELS);

async function repeat(times: number): Promise<void> {
  for (let i = 0; i < times; ++i) {
    const crf = new (native().DenseCrf)([HEIGHT, WIDTH], LABELS);
    crf.setUnary(unary, false);
    crf.addPairwise(gaussian(3));
    const job = crf.inference(1, new Float32Array(unary.length), null, false, i % 3 === 0 ? () => undefined : null);
    if (i % 2 === 0) job.cancel();
    if (i % 5 === 0) crf.dispose();
    await job.done;
  }
  globalThis.gc?.();
  await setImmediate();
  globalThis.gc?.();
  await setImmediate();
}

/** Address space in MiB: a thread that was never joined keeps its stack there. */
function addressSpace(): number {
  if (process.platform !== 'linux') return 0;
  return Number(/^VmSize:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}

function usage(): {resident: number; addresses: number} {
  return {resident: process.memoryUsage.rss() / 2 ** 20, addresses: addressSpace()};
}

await repeat(100);
const before = usage();
await repeat(1000);
const after = usage();
console.log(
  JSON.stringify({resident: after.resident - before.resident, addresses: after.addresses - before.addresses}),
);
