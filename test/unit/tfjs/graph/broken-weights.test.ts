// Weights that cannot be had: a clear error, no tensor left behind, and the next model loads.
import {createServer, type RequestListener} from 'node:http';
import {once} from 'node:events';
import type {AddressInfo} from 'node:net';
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {loadGraphModel} from '../../../../src/tfjs/index.ts';
import {smallDeeplab} from './small-deeplab.ts';

const artifacts = smallDeeplab(1, 17).artifacts();
const {modelTopology = {}, weightSpecs = []} = artifacts;
const weights = Buffer.from(artifacts.weightData as ArrayBuffer);
const json = JSON.stringify({
  format: 'graph-model',
  modelTopology,
  weightsManifest: [{paths: ['w.bin'], weights: weightSpecs}],
});

const answers: Readonly<Record<string, (response: Parameters<RequestListener>[1]) => void>> = {
  'are not there': response => response.writeHead(404).end(),
  'the server fails on': response => response.writeHead(500).end('no'),
  'end early': response => response.end(weights.subarray(0, 40)),
  'are too many': response => response.end(Buffer.concat([weights, weights])),
  'break off': response => {
    response.writeHead(200, {'content-length': String(weights.length)});
    response.write(weights.subarray(0, 100), () => response.destroy());
  },
};

for (const [title, answer] of Object.entries(answers)) {
  test.serial(`weights that ${title}`, async t => {
    await tf.setBackend('densecrf');
    const server = createServer((request, response) => {
      if (request.url === '/model.json') response.end(json);
      else answer(response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const {port} = server.address() as AddressInfo;
    const before = tf.memory().numTensors;
    await t.throwsAsync(loadGraphModel(`http://127.0.0.1:${port}/model.json`), {code: 'ERR_INVALID_FILE'});
    t.is(tf.memory().numTensors, before);
    server.closeAllConnections();
    server.close();
  });
}

test.serial('handlers that fail or give nothing of use', async t => {
  await tf.setBackend('densecrf');
  const before = tf.memory().numTensors;
  const gone = new ArrayBuffer(weights.length);
  structuredClone(gone, {transfer: [gone]});
  const handlers: (() => Promise<tf.io.ModelArtifacts>)[] = [
    () => Promise.reject(new Error('the disk is gone')),
    () => Promise.resolve({...artifacts, weightData: new ArrayBuffer(0)}),
    () => Promise.resolve({...artifacts, weightData: gone}),
    () => Promise.resolve({...artifacts, weightSpecs: weightSpecs.slice(1)}),
    () => Promise.resolve({...artifacts, weightSpecs: [...weightSpecs, {name: 'more', shape: [9], dtype: 'float32'}]}),
  ];
  for (const [i, load] of handlers.entries()) {
    const error = await t.throwsAsync(loadGraphModel({load}), undefined, `handler ${i}`);
    t.log(`${String(i)}: ${error.message.slice(0, 150)}`);
    t.is(tf.memory().numTensors, before, `handler ${i}`);
  }
  const model = await loadGraphModel(artifacts);
  t.notThrows(() => tf.dispose(model.execute(tf.zeros([1, 17, 17, 3]), 'scores')));
  model.dispose();
});
