import {cp, mkdtemp, rm, symlink, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import test from 'ava';
import {native} from '../../src/native/load.ts';
import {run} from './support.ts';

interface Outcome {
  isa?: string;
  code?: string;
  message?: string;
}

async function load(env: NodeJS.ProcessEnv): Promise<Outcome> {
  const {code, output, errors} = await run('load', {env});
  if (code !== 0) throw new Error(errors);
  return JSON.parse(output) as Outcome;
}

test('loads once', t => {
  t.is(native(), native());
});

test('a file that DENSECRF_BINARY names and that is not there', async t => {
  const {code, message} = await load({DENSECRF_BINARY: '/nowhere/densecrf.node'});
  t.is(code, 'ERR_NATIVE_LOAD');
  t.regex(message!, /^Tried: \/nowhere\/densecrf\.node$/m);
  t.regex(message!, /npx densecrf build \(needs CMake and a C\+\+20 compiler\)/);
});

test('a file that is no library', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'densecrf-'));
  t.teardown(() => rm(folder, {recursive: true}));
  const path = join(folder, 'densecrf.node');
  await writeFile(path, 'text');
  const {code, message} = await load({DENSECRF_BINARY: path});
  t.is(code, 'ERR_NATIVE_LOAD');
  t.true(message!.includes(`Tried: ${path}\nReason: `));
});

test('a module that is another one', async t => {
  const {code, message} = await load({DENSECRF_BINARY: 'node:path'});
  t.is(code, 'ERR_NATIVE_LOAD');
  t.regex(message!, /^Reason: the file is not the native addon of densecrf$/m);
});

test('a package without any binary', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'densecrf-'));
  t.teardown(() => rm(folder, {recursive: true}));
  const root = fileURLToPath(new URL('../..', import.meta.url));
  for (const path of ['src', 'test/native/programs/load.ts']) {
    await cp(join(root, path), join(folder, path), {recursive: true});
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'package.json'), '{"name": "densecrf", "type": "module"}');
  const {output, errors} = await run(join(folder, 'test/native/programs/load.ts'), {env: {DENSECRF_BINARY: undefined}});
  const {code, message} = JSON.parse(output) as Outcome;
  t.is(code, 'ERR_NATIVE_LOAD', errors);
  t.regex(message!, /^Tried: build\/Release\/densecrf\.node and prebuilds\/\w+-\w+ in /m);
});

test('DENSECRF_ISA chooses each instruction set that there is', async t => {
  for (const isa of native().isas()) t.deepEqual(await load({DENSECRF_ISA: isa}), {isa});
});

test('DENSECRF_ISA that names another one', async t => {
  const {code, message} = await load({DENSECRF_ISA: 'abacus'});
  t.is(code, 'ERR_NATIVE_LOAD');
  t.true(message!.startsWith('Expected the environment variable DENSECRF_ISA to be '));
  t.true(message!.endsWith(" on this machine but received 'abacus'"));
  for (const isa of native().isas()) t.true(message!.includes(isa));
});
