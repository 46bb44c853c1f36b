import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import test from 'ava';
import {root} from '../../scripts/run.mjs';
import {decodeLabelPng} from '../../src/io/label-png.ts';
import {Folder, HEIGHT, TRUTH, WIDTH} from '../unit/cli/fixtures.ts';

interface Options {
  readonly input?: Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeArguments?: readonly string[];
}

/** Runs the command line as a shell would, in a process of its own. */
function densecrf(argv: readonly string[], {input, env = {}, nodeArguments = []}: Options = {}) {
  const command = ['--import=tsx', ...nodeArguments, join(root, 'src/cli/main.ts'), ...argv];
  const {status, stdout, stderr} = spawnSync(process.execPath, command, {
    cwd: root,
    env: {...process.env, ...env},
    ...(input && {input}),
  });
  return {code: status, stdout, out: stdout.toString(), err: stderr.toString()};
}

const parseLines = (out: string): Record<string, unknown>[] =>
  out
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Record<string, unknown>);

/** Three pictures with probabilities, a fourth that is broken, a fifth without probabilities, a sixth of another size. */
async function batch(folder: Folder): Promise<string[]> {
  for (const name of ['images', 'inputs']) await mkdir(folder.at(name));
  for (const name of ['a', 'b', 'c', 'f']) {
    await folder.picture(`images/${name}.png`);
    await folder.probabilities(`inputs/${name}.npy`);
  }
  await folder.write('images/d.png', 'no picture');
  await folder.probabilities('inputs/d.npy');
  await folder.picture('images/e.png');
  await folder.array('inputs/f.npy', new Float32Array(64 * 64 * 2), [64, 64, 2]);
  return ['refine', '--images', folder.at('images'), '--inputs', folder.at('inputs'), '-o', folder.at('out')];
}

test('refines a picture from standard input to standard output', async t => {
  const folder = await Folder.create(t);
  const picture = await readFile(await folder.picture());
  const argv = ['refine', '-', await folder.probabilities(), '-o', '-', '--preset', 'pydensecrf'];
  const {code, stdout, err} = densecrf(argv, {input: picture});
  t.is(code, 0, err);
  t.deepEqual(decodeLabelPng(stdout, 'stdout'), {width: WIDTH, height: HEIGHT, labels: TRUTH});
  t.regex(err, /^standard input: 24 x 16, 2 labels/);
  t.false(err.includes('\x1b'), 'no colours and no bar where stderr is no terminal');
});

test('reads probabilities from standard input', async t => {
  const folder = await Folder.create(t);
  const npy = await readFile(await folder.probabilities());
  const {code, out} = densecrf(['refine', await folder.picture(), '-', '-o', folder.at('o.png'), '--json'], {
    input: npy,
  });
  t.is(code, 0);
  t.is(parseLines(out)[0]?.input, '-');
  t.true(existsSync(folder.at('o.png')));
});

test('exits with 0, 1 or 2', async t => {
  const folder = await Folder.create(t);
  const [image, input, broken] = [
    await folder.picture(),
    await folder.probabilities(),
    await folder.write('x.png', 'x'),
  ];
  t.is(densecrf(['refine', image, input, '-o', folder.at('o.png')]).code, 0);
  const failed = densecrf(['refine', broken, input, '-o', folder.at('p.png'), '--json']);
  t.is(failed.code, 1);
  t.regex(failed.err, /^densecrf: Expected .*x\.png to be a readable picture but found .+\n$/);
  const [{error, image: name}] = parseLines(failed.out) as [{error: {code: string; message: string}; image: string}];
  t.is(name, broken);
  t.is(error.code, 'ERR_INVALID_FILE');
  t.true(failed.err.includes(error.message));
  const wrong = densecrf(['refine', image, input, '--ouptut', 'o.png']);
  t.is(wrong.code, 2);
  t.is(wrong.err, 'densecrf: Unknown option --ouptut (did you mean --output?)\nTry densecrf refine --help\n');
});

test('goes on after a picture that fails, and says so at the end', async t => {
  const folder = await Folder.create(t);
  const {code, out, err} = densecrf([...(await batch(folder)), '--json', '--overlay', folder.at('overlays')]);
  t.is(code, 1);
  const reports = parseLines(out);
  t.deepEqual(
    reports.map(report => report.image),
    ['a', 'b', 'c', 'd', 'e', 'f'].map(name => folder.at(`images/${name}.png`)),
  );
  t.deepEqual(
    reports.map(report => 'error' in report),
    [false, false, false, true, true, true],
  );
  t.deepEqual((await readdir(folder.at('out'))).sort(), ['a.png', 'b.png', 'c.png']);
  t.deepEqual((await readdir(folder.at('overlays'))).sort(), ['a.png', 'b.png', 'c.png']);
  const [d = '', e = '', f = ''] = err.trimEnd().split('\n');
  t.regex(d, /d\.png: Expected .*d\.png to be a readable picture/);
  t.regex(e, /e\.png: Expected .*inputs to hold e\.npy or e\.png but found neither/);
  t.regex(f, /f\.png: Expected .*f\.npy to have the shape .* but received \[64, 64, 2\]/);
});

test('the shards together do every picture once', async t => {
  const folder = await Folder.create(t);
  const argv = await batch(folder);
  const done = ['1/3', '2/3', '3/3'].map(shard => parseLines(densecrf([...argv, '--json', '--shard', shard]).out));
  t.deepEqual(
    done.map(reports => reports.length),
    [2, 2, 2],
  );
  const images = done.flat().map(report => String(report.image));
  t.deepEqual(
    images.sort(),
    ['a', 'b', 'c', 'd', 'e', 'f'].map(name => folder.at(`images/${name}.png`)),
  );
  const beyond = densecrf([...argv, '--json', '--shard', '9/9']);
  t.deepEqual([beyond.code, beyond.out], [0, ''], 'a shard without pictures is done');
});

test('leaves out what is there already', async t => {
  const folder = await Folder.create(t);
  const argv = await batch(folder);
  densecrf([...argv, '--shard', '1/6']);
  const {mtimeMs} = await stat(folder.at('out/a.png'));
  const reports = parseLines(densecrf([...argv, '--json', '--skip-existing']).out);
  t.deepEqual(
    reports.map(report => report.skipped === true),
    [true, false, false, false, false, false],
  );
  t.is((await stat(folder.at('out/a.png'))).mtimeMs, mtimeMs);
});

test('refuses a batch that makes no sense', async t => {
  const folder = await Folder.create(t);
  await batch(folder);
  const twin = await folder.picture('images/a.jpg');
  const [images, inputs, out] = [folder.at('images'), folder.at('inputs'), folder.at('out')];
  const wrong: [argv: string[], message: RegExp][] = [
    [
      ['--images', images, '--inputs', inputs, '-o', out],
      /a\.jpg and .*a\.png would write the same result: rename one/,
    ],
    [['--images', folder.at('*.tif'), '--inputs', inputs, '-o', out], /to name pictures but found none/],
    [['--images', twin + '.txt', '--inputs', inputs, '-o', out], /ENOENT/],
    [['--images', folder.at('images/b*'), '--inputs', folder.at('none'), '-o', out], /ENOENT/],
    [['--images', folder.at('images/b*'), '--inputs', inputs, '-o', twin], /Expected .*a\.jpg to be a folder/],
    [['--images', folder.at('images/b*'), '--inputs', inputs, '-o', '-'], /outputs are folders/],
    [['--images', images, '--inputs', inputs, '-o', out, '--shard', '4/3'], /--shard i\/n with i from 1 to n/],
  ];
  for (const [argv, message] of wrong) {
    const {code, err} = densecrf(['refine', ...argv]);
    t.is(code, 2, err);
    t.regex(err, message);
  }
  t.false(existsSync(out), 'nothing is made before all is clear');
});

test('says what this machine computes with', t => {
  const {code, out} = densecrf(['info', '--json']);
  t.is(code, 0);
  const facts = JSON.parse(out) as {
    versions: Record<string, string>;
    simd: {active: string; available: string[]};
    threads: number;
  };
  t.is(facts.versions.node, process.versions.node);
  t.true(facts.simd.available.includes(facts.simd.active));
  t.true(facts.threads >= 1);
  t.regex(densecrf(['info']).out, new RegExp(`instruction set +${facts.simd.active}`));
});

/** Arguments of Node.js with which modules whose names begin so cannot be found. */
function without(prefix: string): string[] {
  const hooks = `export const resolve = (name, context, next) => { if (name.startsWith('${prefix}')) throw new Error(name + ' is not here'); return next(name, context); }`;
  const hooksUrl = `data:text/javascript,${encodeURIComponent(hooks)}`;
  const register = `import {register} from 'node:module'; register(${JSON.stringify(hooksUrl)});`;
  return [`--import=data:text/javascript,${encodeURIComponent(register)}`];
}

test('says how to get sharp where it is missing', async t => {
  const folder = await Folder.create(t);
  const nodeArguments = without('sharp');
  const argv = ['refine', await folder.picture(), await folder.probabilities(), '-o', folder.at('o.png')];
  const {code, err} = densecrf(argv, {nodeArguments});
  t.is(code, 1);
  t.regex(
    err,
    /^densecrf: Pictures need the package sharp: run "npm install sharp" \(loading it failed: sharp is not here\)\n$/,
  );
  t.regex(densecrf(['info'], {nodeArguments}).out, /sharp +not installed/);
});

test('says how to get TensorFlow.js where it is missing, and needs it for segment alone', async t => {
  const folder = await Folder.create(t);
  const nodeArguments = without('@tensorflow/');
  const image = await folder.picture();
  const {code, err} = densecrf(['segment', image, '--model', folder.path, '-o', folder.at('out')], {nodeArguments});
  t.is(code, 1);
  t.regex(err, /^densecrf: Networks need TensorFlow\.js: run "npm install @tensorflow\/tfjs-core@.*is not here\)\n$/);
  const refined = densecrf(['refine', image, await folder.probabilities(), '-o', folder.at('o.png')], {nodeArguments});
  t.is(refined.code, 0, refined.err);
});

test('says what to do where the native addon does not load', t => {
  const {code, err} = densecrf(['info'], {env: {DENSECRF_BINARY: join(root, 'no-such-file.node')}});
  t.is(code, 1);
  t.regex(err, /npx densecrf build/);
  t.false(/\n {4}at /.test(err), 'no stack trace');
});
