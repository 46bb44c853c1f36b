import {mkdir, mkdtemp, realpath, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join, relative} from 'node:path';
import test from 'ava';
import type {ExecutionContext} from 'ava';
import {expandGlob} from '../../../src/cli/glob.ts';
import {indexFolder, listImages, stemOf} from '../../../src/cli/pairs.ts';
import {UsageError} from '../../../src/cli/usage-error.ts';

async function folderWith(t: ExecutionContext, ...files: string[]): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'densecrf-')));
  t.teardown(() => rm(folder, {recursive: true}));
  for (const file of files) {
    await mkdir(join(folder, file, '..'), {recursive: true});
    await writeFile(join(folder, file), '');
  }
  return folder;
}

test('lists the pictures of a folder in one order, and nothing else', async t => {
  const folder = await folderWith(t, 'b.JPG', 'a.png', 'c.npy', 'notes.txt', '.hidden.png', 'sub/d.png');
  const images = await listImages(folder);
  t.deepEqual(
    images.map(path => relative(folder, path)),
    ['a.png', 'b.JPG'],
  );
});

test('reads a list of paths', async t => {
  const folder = await folderWith(t);
  await writeFile(join(folder, 'list.txt'), 'x/b.png\r\nx/a.png\n\nx/b.png\n');
  t.deepEqual(await listImages(join(folder, 'list.txt')), ['x/a.png', 'x/b.png']);
});

test('expands patterns', async t => {
  const folder = await folderWith(
    t,
    'a1.png',
    'a2.png',
    'a10.png',
    'b1.jpg',
    'x/a1.png',
    'x/y/a3.png',
    '.h/a4.png',
    '.a5.png',
  );
  const matches = async (pattern: string): Promise<string[]> =>
    (await expandGlob(join(folder, pattern))).map(path => relative(folder, path)).sort();
  t.deepEqual(await matches('*.png'), ['a1.png', 'a10.png', 'a2.png']);
  t.deepEqual(await matches('a?.png'), ['a1.png', 'a2.png']);
  t.deepEqual(await matches('[ab]1.*'), ['a1.png', 'b1.jpg']);
  t.deepEqual(await matches('*/a1.png'), [join('x', 'a1.png')]);
  t.deepEqual(await matches('**/a[13].png'), ['a1.png', join('x', 'a1.png'), join('x', 'y', 'a3.png')]);
  t.deepEqual(await matches('no-such-folder/*.png'), []);
});

test('refuses lists without pictures and pictures that would share a result', async t => {
  const folder = await folderWith(t, 'x/a.png', 'y/a.jpg', 'empty/notes.txt');
  const usage = (message: RegExp): {instanceOf: typeof UsageError; message: RegExp} => ({
    instanceOf: UsageError,
    message,
  });
  await t.throwsAsync(listImages(join(folder, 'empty')), usage(/to name pictures but found none/));
  await t.throwsAsync(listImages(join(folder, '*/*.bmp')), usage(/to name pictures but found none/));
  await t.throwsAsync(listImages(join(folder, 'missing')), usage(/ENOENT/));
  await t.throwsAsync(listImages(join(folder, '*/a.*')), usage(/would write the same result/));
});

test('finds inputs by base name', async t => {
  const folder = await folderWith(t, 'a.npy', 'b.npy', 'b.png', 'c.d.npy');
  const index = await indexFolder(folder);
  t.deepEqual(index.get('a'), [join(folder, 'a.npy')]);
  t.is(index.get('b')?.length, 2);
  t.deepEqual(index.get(stemOf('elsewhere/c.d.jpg')), [join(folder, 'c.d.npy')]);
  t.is(index.get('e'), undefined);
});
