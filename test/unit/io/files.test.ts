import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {readInput, writeOutput} from '../../../src/io/files.ts';

test('writes whole files and leaves nothing else behind', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'densecrf-'));
  t.teardown(() => rm(folder, {recursive: true}));
  const path = join(folder, 'a.bin');
  await writeOutput(path, Uint8Array.of(1, 2));
  await writeOutput(path, Uint8Array.of(3));
  t.deepEqual([...(await readFile(path))], [3]);
  t.deepEqual([...(await readInput(path))], [3]);
  t.deepEqual(await readdir(folder), ['a.bin']);
});

test('names the file that cannot be read or written', async t => {
  const path = join(tmpdir(), 'densecrf-no-such-folder', 'a.bin');
  await t.throwsAsync(readInput(path), {code: 'ERR_INVALID_FILE', message: /^Cannot read .*a\.bin: .*ENOENT/});
  await t.throwsAsync(writeOutput(path, new Uint8Array(1)), {
    code: 'ERR_INVALID_FILE',
    message: /^Cannot write .*a\.bin: .*ENOENT/,
  });
});
