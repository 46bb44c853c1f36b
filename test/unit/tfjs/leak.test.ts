import {execFile} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import test from 'ava';
import {settings} from './backends.ts';

interface Use {
  tensors: number;
  bytes: number;
  megabytes: number;
}

const program = fileURLToPath(new URL('programs/leak.ts', import.meta.url));
// What garbage collectors and allocators come and go with; a tensor lost at each step would be more.
const SLACK_MEGABYTES = 24;

for (const {backend, isAccelerated} of settings.filter(({isNative}) => isNative)) {
  const how = isAccelerated ? 'accelerated' : 'plain';
  test.serial(`${backend}, ${how}: 1,000 predictions and 200 steps of training leave nothing behind`, async t => {
    const args = ['--import=tsx', '--expose-gc', program, backend, how];
    const {stdout} = await promisify(execFile)(process.execPath, args);
    const {warm, end} = JSON.parse(stdout.trim().split('\n').at(-1)!) as {warm: Use; end: Use};
    t.log(`${warm.tensors} tensors, ${warm.megabytes.toFixed(0)} to ${end.megabytes.toFixed(0)} MB`);
    t.is(end.tensors, warm.tensors);
    t.is(end.bytes, warm.bytes);
    t.true(end.megabytes <= warm.megabytes + SLACK_MEGABYTES);
  });
}
