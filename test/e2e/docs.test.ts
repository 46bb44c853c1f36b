// README.md and docs/*.md: every TypeScript sample compiles and runs, the command lines of README.md run, no link is
// dead, and the lists of error codes and presets are complete.
//
// A sample is a module; the arrays that a reader has already are globals (`inputs` below). One that ends with a comment
// `// ERR_...: message` throws just that.
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import test from 'ava';
import sharp from 'sharp';
import ts from 'typescript';
import {root} from '../../scripts/run.mjs';
import {DenseCRF, DenseCrfError, presets} from '../../src/index.ts';
import {encodeNpy} from '../../src/io/npy.ts';
import * as tf from '../../src/tfjs/core.ts';
import '../../src/tfjs/index.ts';
import {densecrf} from '../unit/cli/fixtures.ts';
import {writeGraphModel} from '../unit/cli/segment-fixtures.ts';

const [width, height, labels] = [24, 16, 21];
const points = width * height;

const inputs = {
  width,
  height,
  rgb: Uint8Array.from({length: 3 * points}, (_, i) => (i * 37) % 256),
  probabilities: new Float32Array(points * labels).fill(1 / labels),
  logits: Float32Array.from({length: points * labels}, (_, i) => Math.sin(i)),
  mask: Uint8Array.from({length: points}, (_, i) => (i % width < width / 2 ? 255 : 0)),
  annotation: Int32Array.from({length: points}, (_, i) => i % 4),
  crf: new DenseCRF({shape: [height, width], labels}),
  picture: tf.zeros([1, height, width, 3]),
};
const declarations = `
declare const width: number, height: number, rgb: Uint8Array, probabilities: Float32Array, logits: Float32Array;
declare const picture: import('@tensorflow/tfjs-core').Tensor;
declare const mask: Uint8Array, annotation: Int32Array, crf: import('../../src/index.ts').DenseCRF;
`;

const pages = ['README.md', ...readdirSync(join(root, 'docs'), {encoding: 'utf8'}).map(name => `docs/${name}`)]
  .filter(name => name.endsWith('.md'))
  .map(name => ({name, text: readFileSync(join(root, name), 'utf8')}));

interface Sample {
  /** Page and line. */
  readonly title: string;
  readonly file: string;
  /** Code and message of the error that it ends with, if it does. */
  readonly error: string | undefined;
}

const folder = join(root, 'build/docs-samples');
rmSync(folder, {recursive: true, force: true});
mkdirSync(folder, {recursive: true});
writeFileSync(join(folder, 'inputs.d.ts'), declarations);
const samples = pages.flatMap(({name, text}) => samplesOf(name, text));

function samplesOf(page: string, text: string): Sample[] {
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(match => {
    const [, code = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    const file = join(folder, `${page.replaceAll(/\W/g, '-')}-${line}.mts`);
    const ours = code.replaceAll("from 'densecrf'", "from '../../src/index.ts'");
    const doors = ours.replaceAll(/'densecrf\/(\w+)'/g, (_, door: string) => `'../../src/${door}/index.ts'`);
    writeFileSync(file, `${doors}\nexport {};\n`);
    const error = /^\/\/ (ERR_\w+: .*)$/ms
      .exec(code)?.[1]
      ?.replaceAll(/\s+(\/\/ )?/g, ' ')
      .trim();
    return {title: `${page}, line ${line}`, file, error};
  });
}

test.before(async () => {
  process.chdir(mkdtempSync(join(tmpdir(), 'densecrf-docs-')));
  Object.assign(globalThis, inputs);
  console.log = () => undefined; // samples print, but nobody reads it
  await sharp(inputs.rgb, {raw: {width, height, channels: 3}}).toFile('photo.jpg');
  writeFileSync('probabilities.npy', encodeNpy(inputs.probabilities, [height, width, labels]));
  writeFileSync('probabilities.f32', inputs.probabilities);
  await writeGraphModel({at: name => join(process.cwd(), name)}, 'model');
});
test.after.always(() => rmSync(process.cwd(), {recursive: true}));

test('every sample compiles', t => {
  const {config} = ts.readConfigFile(join(root, 'tsconfig.json'), name => ts.sys.readFile(name)) as {config: object};
  const {options} = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = [
    join(folder, 'inputs.d.ts'),
    join(root, 'src/native/node-gyp-build.d.ts'),
    ...samples.map(({file}) => file),
  ];
  const program = ts.createProgram(files, {
    ...options,
    typeRoots: [join(root, 'node_modules/@types')],
    noUnusedLocals: false,
  });
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => folder,
    getNewLine: () => '\n',
  };
  t.is(ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), host), '');
});

for (const {title, file, error} of samples) {
  test.serial(`the sample of ${title}`, async t => {
    const thrown = await import(pathToFileURL(file).href).then(() => undefined, textOf);
    t.is(thrown, error);
  });
}

function textOf(error: unknown): string {
  if (error instanceof DenseCrfError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const commands = pages[0]!.text.matchAll(/^npx densecrf (.*)$/gm);
for (const [line, argv = ''] of commands) {
  if (argv === 'build') continue; // package.test.ts does
  test.serial(`README.md: ${line}`, async t => {
    const {code, err} = await densecrf(...argv.split(' '));
    t.is(code, 0, err);
  });
}

for (const {name, text} of pages) {
  test(`${name}: no link is dead`, t => {
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    t.deepEqual(
      targets.filter(target => !/^https?:/.test(target) && !isThere(join(root, dirname(name)), name, target)),
      [],
    );
  });
}

function isThere(folder: string, page: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(root, page) : join(folder, path);
  if (!existsSync(file)) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).includes(anchor);
}

/** As GitHub makes them from headings. */
function anchorsOf(text: string): string[] {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading.toLowerCase());
  return headings.map(heading => heading.replaceAll(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-'));
}

function page(name: string): string {
  return pages.find(page => page.name === name)?.text ?? '';
}

test('docs/errors.md has every code', t => {
  const source = readFileSync(join(root, 'src/core/errors.ts'), 'utf8');
  const codes = [...source.matchAll(/^ {2}\| '(ERR_\w+)'/gm)].map(([, code]) => code);
  const headings = [...page('docs/errors.md').matchAll(/^## (ERR_\w+)$/gm)].map(([, code]) => code);
  t.true(codes.length > 10);
  t.deepEqual(headings, codes);
});

test('docs/parameters.md has every preset', t => {
  for (const [name, {bilateral, gaussian, iterations}] of Object.entries(presets)) {
    const numbers = [bilateral.sxy, bilateral.srgb, bilateral.compat, gaussian.sxy, gaussian.compat, iterations];
    t.true(page('docs/parameters.md').includes(`| \`${name}\` | ${numbers.join(' | ')} |`), name);
  }
});
