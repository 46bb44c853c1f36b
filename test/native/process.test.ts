import test from 'ava';
import {run} from './support.ts';

for (const way of ['now', 'later', 'callback', 'worker']) {
  test(`process.exit in the middle of jobs: ${way}`, async t => {
    const {code, signal, errors} = await run('exit', {args: [way]});
    t.is(signal, null, errors);
    t.is(code, 7, errors);
    t.is(errors, '');
  });
}

test('an uncaught exception in the middle of jobs ends the process as ever', async t => {
  const {code, signal, errors} = await run('exit', {args: ['throw']});
  t.is(signal, null, errors);
  t.is(code, 1);
  t.regex(errors, /nobody catches this/);
});

test('a job keeps the process alive until it is done', async t => {
  const {code, output, errors} = await run('finish');
  t.is(code, 0, errors);
  t.deepEqual(JSON.parse(output), {ranToItsEnd: true});
});

test('jobs leave the libuv pool free', async t => {
  const {code, output, errors} = await run('pool', {env: {UV_THREADPOOL_SIZE: '1'}});
  t.is(code, 0, errors);
  t.deepEqual(JSON.parse(output), [false, false, false]);
});

test('garbage collection in the middle of a job takes the object, and the outputs only afterwards', async t => {
  const {code, output, errors} = await run('gc', {nodeArguments: ['--expose-gc']});
  t.is(code, 0, errors);
  t.deepEqual(JSON.parse(output), {ranToItsEnd: false, inTheMiddle: ['object']});
});

test('a thousand jobs leave neither memory nor threads behind', async t => {
  const {code, output, errors} = await run('repeat', {nodeArguments: ['--expose-gc']});
  t.is(code, 0, errors);
  const {resident, addresses} = JSON.parse(output) as {resident: number; addresses: number};
  // One leaked output array of each job alone would be 250 MiB, one leaked stack of each 8 GiB.
  t.true(resident < 60, `${resident} MiB`);
  t.true(addresses < 1000, `${addresses} MiB`);
});
