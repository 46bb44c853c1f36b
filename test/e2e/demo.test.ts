import {spawnSync} from 'node:child_process';
import {rmSync} from 'node:fs';
import {join} from 'node:path';
import test from 'ava';
import sharp from 'sharp';
import {root} from '../../scripts/run.mjs';

test('npm run demo writes a picture and says what it did', async t => {
  const picture = join(root, 'demo/before-after.png');
  rmSync(picture, {force: true});
  const {status, stdout, stderr} = spawnSync(process.execPath, ['--import=tsx', 'examples/demo.ts'], {
    cwd: root,
    encoding: 'utf8',
  });
  t.is(status, 0, stderr);
  t.regex(stdout, /10 iterations in \d+\.\d\d s, 1\d\.\d % of the pixels changed sides\n/);
  const {width, height} = await sharp(picture).metadata();
  t.true(width > 4 * 807 && height > 1024);
});
