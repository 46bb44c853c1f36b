// The pictures of the DeepLab pages are what `npm run figures` draws, and small.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import sharp from 'sharp';
import {root} from '../../scripts/run.mjs';

test('npm run figures draws what the pages show', async t => {
  const out = mkdtempSync(join(tmpdir(), 'densecrf-figures-'));
  t.teardown(() => rmSync(out, {recursive: true, force: true}));
  const argv = ['--import=tsx', 'examples/figures.ts'];
  const env = {...process.env, OUT: out};
  const {status, stderr} = spawnSync(process.execPath, argv, {cwd: root, encoding: 'utf8', env});
  t.is(status, 0, stderr);
  const names = readdirSync(out);
  for (const version of ['v1', 'v2', 'v3', 'v3plus']) {
    const page = readFileSync(join(root, `docs/deeplab-${version}.md`), 'utf8');
    const shown = [...page.matchAll(/!\[[^\]]+\]\(images\/([^)]+)\)/g)].map(([, name = '']) => name);
    t.true(shown.length > 0 && shown.every(name => names.includes(name)), `${version} shows ${shown.join(', ')}`);
  }
  for (const name of names) {
    const [drawn, kept] = [readFileSync(join(out, name)), readFileSync(join(root, 'docs/images', name))];
    t.true(kept.length <= 60 * 1024, `${name}: ${kept.length} bytes`);
    if (name.endsWith('.svg')) t.is(drawn.toString(), kept.toString());
    // Encoders differ from one version to the next.
    else t.deepEqual(await sizeOf(drawn), await sizeOf(kept));
  }
});

async function sizeOf(file: Buffer): Promise<[number, number]> {
  const {width, height} = await sharp(file).metadata();
  return [width, height];
}
