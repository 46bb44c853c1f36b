import {spawnSync} from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {basename, delimiter, dirname, join} from 'node:path';
import test from 'ava';
import {root} from '../../scripts/run.mjs';

// The package as its users get it: packed, installed into an empty folder, and used from there.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'densecrf-package-')));
const app = join(folder, 'app');
const bare = join(folder, 'bare'); // the same, without a binary
test.after.always(() => rmSync(folder, {recursive: true, force: true}));

// A pixel that disagrees with its eight neighbours gives in.
const use = `
const crf = new DenseCRF({shape: [3, 3], labels: 2});
const energy = new Float32Array(18);
for (let i = 0; i < 9; i++) energy.set(i === 4 ? [0.4, 0.6] : [2, 0.1], 2 * i);
crf.setUnaryEnergy(energy);
crf.addPairwiseGaussian({sxy: 2, compat: 3});
console.log([...crf.inferenceSync(5).labels].join(''));
`;
const programs = {
  'import.mjs': `import {DenseCRF} from 'densecrf';${use}`,
  'require.cjs': `const {DenseCRF} = require('densecrf');${use}`,
  'load-error.mjs': `import {DenseCRF, DenseCrfError} from 'densecrf';
try {
  new DenseCRF({shape: [3, 3], labels: 2});
} catch (error) {
  console.log(JSON.stringify({isOurs: error instanceof DenseCrfError, code: error.code, message: error.message}));
}`,
};

/** npm's own program, so that it runs without a PATH. */
function npmProgram(): string {
  const besideNode = join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  const onPath = (process.env.PATH ?? '').split(delimiter).map(entry => join(entry, 'npm'));
  const found = [besideNode, ...onPath].find(path => existsSync(path));
  if (found === undefined) throw new Error('npm was not found beside node or on the PATH');
  return realpathSync(found);
}

interface Run {
  readonly status: number | null;
  readonly output: string;
}

function node(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = process.env): Run {
  const {status, stdout, stderr} = spawnSync(process.execPath, args, {cwd, env, encoding: 'utf8'});
  return {status, output: (status === 0 ? stdout : stdout + stderr).trim()};
}

/** An environment whose PATH holds node alone: no compiler, no cmake, no shell. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  symlinkSync(process.execPath, join(bin, basename(process.execPath)));
  return {...withoutOurs(process.env), PATH: bin};
}

/** What npm and the test runner set for this process is not what a user's shell has. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isOurs = (name: string) => /^npm_|^NODE_|^DENSECRF_|^INIT_CWD$/i.test(name);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isOurs(name)));
}

test.serial('packs a prebuilt binary for this platform, and no tests', t => {
  const built = node(['scripts/prebuild.mjs'], root);
  t.is(built.status, 0, built.output);
  t.true(existsSync(join(root, 'lib/index.js')), 'lib/ is missing: npm run build:ts');
  // The scripts that pack would build lib/ anew while other tests use it.
  const packed = node([npmProgram(), 'pack', '--ignore-scripts', '--pack-destination', folder, root], folder);
  t.is(packed.status, 0, packed.output);
});

test.serial('installs without a compiler and without running a script', t => {
  const tarball = readdirSync(folder).find(name => name.endsWith('.tgz')) ?? 'no tarball';
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{"private": true}');
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(app, name), text);
  const quiet = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  const install = node([npmProgram(), 'install', ...quiet, join(folder, tarball)], app, bareEnvironment());
  t.is(install.status, 0, install.output);

  const has = (path: string) => existsSync(join(app, 'node_modules/densecrf', path));
  const wanted = ['LICENSE', 'lib/index.d.ts', 'lib/cli/main.js', 'cpp/src', 'scripts/build-from-source.mjs'];
  t.deepEqual(
    [...wanted, `prebuilds/${process.platform}-${process.arch}`].filter(path => !has(path)),
    [],
  );
  t.deepEqual(['build', 'cpp/test', 'cpp/bench', 'node_modules', 'test'].filter(has), []);
});

for (const name of ['import.mjs', 'require.cjs']) {
  test.serial(`works without a compiler: ${name}`, t => {
    t.deepEqual(node([name], app, {PATH: join(folder, 'bin')}), {status: 0, output: '111111111'});
  });
}

test.serial('says what to do where no binary fits', t => {
  cpSync(app, bare, {recursive: true});
  rmSync(join(bare, 'node_modules/densecrf/prebuilds'), {recursive: true});
  const {status, output} = node(['load-error.mjs'], bare);
  t.is(status, 0, output);
  const error: unknown = JSON.parse(output);
  t.like(error, {isOurs: true, code: 'ERR_NATIVE_LOAD'});
  t.regex(output, /npx densecrf build/);
});

// The build's own tools come from npm.
const isOnline = node([npmProgram(), 'view', 'cmake-js', 'version'], folder, withoutOurs(process.env)).status === 0;
(isOnline ? test.serial : test.serial.skip)('builds from source on request (needs the npm registry)', t => {
  const built = node([join(bare, 'node_modules/densecrf/lib/cli/main.js'), 'build'], bare, withoutOurs(process.env));
  t.is(built.status, 0, built.output);
  t.deepEqual(node(['import.mjs'], bare), {status: 0, output: '111111111'});
});
