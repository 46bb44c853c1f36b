import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import test from 'ava';
import {root} from '../../scripts/run.mjs';

test('npm run overfit learns ten pictures and draws the loss as it falls', t => {
  const out = mkdtempSync(join(tmpdir(), 'densecrf-overfit-'));
  t.teardown(() => rmSync(out, {recursive: true, force: true}));
  const env = {...process.env, STEPS: '8', SIZE: '33', OUT: out};
  const argv = ['--import=tsx', 'examples/overfit.ts'];
  const {status, stdout, stderr} = spawnSync(process.execPath, argv, {cwd: root, encoding: 'utf8', env});
  t.is(status, 0, stderr);
  const losses = [...stdout.matchAll(/^ +\d+ {2}0\.\d{4} {2}(\d+\.\d{3})/gm)].map(([, loss]) => Number(loss));
  t.is(losses.length, 8, stdout);
  const last = losses.at(-1) ?? NaN;
  t.true(last < 0.8 * (losses[0] ?? NaN), losses.join(' '));
  t.regex(stdout, /^Ten (PASCAL VOC|cut-out) pictures: the loss fell from \d/m);
  const [, points = ''] = /<polyline points="([^"]*)"/.exec(readFileSync(join(out, 'overfit.svg'), 'utf8')) ?? [];
  const heights = points.split(' ').map(point => Number(point.split(',')[1]));
  t.is(heights.length, losses.length);
  // Down on the page is a larger y.
  t.true((heights.at(-1) ?? NaN) > (heights[0] ?? NaN));
});
