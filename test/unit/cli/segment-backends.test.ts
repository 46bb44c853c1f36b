// The command on every backend, with native kernels in it; in a process of its own, since kernels are one for a process.
import {readFile} from 'node:fs/promises';
import test from 'ava';
import {decodeLabelPng} from '../../../src/io/label-png.ts';
import {openSegmenter} from '../../../src/cli/network.ts';
import * as tf from '../../../src/tfjs/core.ts';
import {missingTfjsNode, loadTfjsNode} from '../tfjs/tfjs-node.ts';
import {densecrf, Folder, TRUTH} from './fixtures.ts';
import {writeModel} from './segment-fixtures.ts';

test.serial('a backend whose package is not there: what to install, and exit code 1', async t => {
  const folder = await Folder.create(t);
  const argv = ['segment', await folder.picture('a.png'), '--model', await writeModel(folder), '-o', folder.at('out')];
  const {code, err} = await densecrf(...argv, '--backend', 'tensorflow');
  t.is(code, 1);
  t.regex(
    err,
    /^densecrf: The backend tensorflow .* run "npm install @tensorflow\/tfjs-node@4\.22\.0" \(Cannot find package/,
  );
  const unknown = await densecrf(...argv, '--backend', 'webgl');
  t.is(unknown.code, 2);
  t.regex(unknown.err, /Expected --backend to be one of densecrf, cpu, wasm, tensorflow but received webgl/);
});

test.serial('native kernels are in the backend as long as the network is, no longer', async t => {
  const folder = await Folder.create(t);
  const model = await writeModel(folder);
  const settings = {segment: {}, dataset: undefined, crf: undefined, opacity: undefined} as const;
  const switches = {overlays: false, probabilities: false, float16: false, autoOrient: false} as const;
  const kernel = (): unknown => tf.getKernel('Conv2D', 'cpu');
  const own = kernel();
  const segmenter = await openSegmenter(model, {...settings, ...switches, backend: 'cpu'});
  t.not(kernel(), own);
  t.true(tf.env().getBool('PROD'), 'no advice to install tfjs-node');
  segmenter.dispose();
  t.is(kernel(), own);
  t.false(tf.env().getBool('PROD'));
  await t.throwsAsync(openSegmenter(folder.at('none'), {...settings, ...switches, backend: 'cpu'}));
  t.is(kernel(), own);
});

for (const backend of ['densecrf', 'cpu', 'wasm', 'tensorflow'] as const) {
  test.serial(`--backend ${backend}`, async t => {
    if (backend === 'tensorflow') {
      if (missingTfjsNode !== undefined) {
        t.log(missingTfjsNode);
        t.pass();
        return;
      }
      loadTfjsNode();
    }
    const folder = await Folder.create(t);
    const model = await writeModel(folder);
    const argv = ['segment', await folder.picture('a.png'), '--model', model, '-o', folder.at('out'), '--quiet'];
    const {code, err} = await densecrf(...argv, '--backend', backend);
    t.is(code, 0, err);
    t.is(tf.getBackend(), backend);
    t.deepEqual(decodeLabelPng(await readFile(folder.at('out/a.png')), 'a').labels, TRUTH);
  });
}
