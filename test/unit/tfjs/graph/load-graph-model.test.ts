import {once} from 'node:events';
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import test from 'ava';
import {loadGraphModel} from '../../../../src/tfjs/index.ts';
import {Builder, Random} from './builder.ts';

test.before(() => tf.setBackend('cpu'));

function small(): Builder {
  const builder = new Builder();
  builder.input('x', [1, 4, 4, 3]);
  const filter = builder.constant('f', new Random(1).floats(15), [1, 1, 3, 5]);
  const values = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'SAME'};
  builder.node('Relu', 'y', [builder.node('Conv2D', 'conv', ['x', filter], values)]);
  return builder;
}

function jsonOf(artifacts: tf.io.ModelArtifacts, paths: string[]): tf.io.ModelJSON {
  const {modelTopology = {}, weightSpecs = []} = artifacts;
  return {format: 'graph-model', modelTopology, weightsManifest: [{paths, weights: weightSpecs}]};
}

test('from artifacts, handlers of both kinds, a pair of contents, weights in parts, in views and in a stream', async t => {
  const artifacts = small().artifacts();
  const data = artifacts.weightData as ArrayBuffer;
  const padded = new Uint8Array(data.byteLength + 8);
  padded.set(new Uint8Array(data), 8);
  const rest = {...artifacts};
  delete rest.weightData;
  const stream = (): ReadableStream<ArrayBuffer> =>
    new ReadableStream({
      start(controller) {
        controller.enqueue(data.slice(0, 20));
        controller.enqueue(data.slice(20));
        controller.close();
      },
    });
  const sources = [
    artifacts,
    {load: () => Promise.resolve(artifacts)},
    {load: () => artifacts},
    [jsonOf(artifacts, ['w.bin']), data] as const,
    {...artifacts, weightData: [data.slice(0, 12), data.slice(12)]},
    {load: () => Promise.resolve({...rest, weightData: padded.subarray(8) as unknown as ArrayBuffer})},
    {load: () => Promise.resolve({...rest, getWeightStream: stream})},
  ];
  const x = tf.ones([1, 4, 4, 3]);
  const values = [];
  for (const source of sources) {
    const model = await loadGraphModel(source);
    t.is(model.report.rewrites.fuseActivation, 1);
    values.push((model.predict(x) as tf.Tensor).dataSync().join());
  }
  t.is(new Set(values).size, 1);
});

test('from files by path, folder and URL, and from a server; nothing is read twice', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'densecrf-graph-'));
  t.teardown(() => rm(folder, {recursive: true}));
  const artifacts = small().artifacts();
  const bytes = Buffer.from(artifacts.weightData as ArrayBuffer);
  const json = JSON.stringify(jsonOf(artifacts, ['a.bin', 'b.bin']));
  const files = {'model.json': json, 'a.bin': bytes.subarray(0, 16), 'b.bin': bytes.subarray(16)};
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const entry = Object.entries(files).find(([name]) => request.url === `/${name}`);
    asked.push(request.url ?? '');
    if (entry === undefined) response.writeHead(404);
    response.end(entry?.[1]);
  }).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const {port} = server.address() as AddressInfo;
  const path = join(folder, 'model.json');
  const sources = [path, folder, `file://${path}`, pathToFileURL(path), `http://127.0.0.1:${port}/model.json`];
  const x = tf.ones([1, 4, 4, 3]);
  const values = [];
  for (const source of sources) values.push(((await loadGraphModel(source)).predict(x) as tf.Tensor).dataSync().join());
  t.is(new Set(values).size, 1);
  t.deepEqual(asked.sort(), ['/a.bin', '/b.bin', '/model.json']);
  const missing = {code: 'ERR_INVALID_FILE', message: /nothing\.json/};
  await t.throwsAsync(loadGraphModel(`http://127.0.0.1:${port}/nothing.json`), missing);
  await t.throwsAsync(loadGraphModel(join(folder, 'nothing.json')), missing);
  await rm(join(folder, 'b.bin'));
  await t.throwsAsync(loadGraphModel(path), {code: 'ERR_INVALID_FILE', message: /b\.bin/});
  await writeFile(join(folder, 'b.bin'), 'short');
  await t.throwsAsync(loadGraphModel(path), {code: 'ERR_INVALID_FILE', message: /weightData to hold 60 bytes.*21/});
  await writeFile(path, '{');
  await t.throwsAsync(loadGraphModel(path), {code: 'ERR_INVALID_FILE', message: /model\.json/});
});

test('what is no graph model, or a broken one, is said', async t => {
  const artifacts = small().artifacts();
  const fails = (source: unknown, code: string, message: RegExp, options = {}) =>
    t.throwsAsync(loadGraphModel(source as string, options), {code, message});
  await fails({...artifacts, format: 'layers-model'}, 'ERR_INVALID_FILE', /tf\.loadLayersModel/);
  await fails({...artifacts, modelTopology: {}}, 'ERR_INVALID_FILE', /no graph/);
  await fails({...artifacts, modelTopology: {node: [{name: 'x'}]}}, 'ERR_INVALID_FILE', /nodes with a name and an op/);
  const dangling = {node: [{name: 'y', op: 'Relu', input: ['nobody']}]};
  await fails(
    {...artifacts, modelTopology: dangling},
    'ERR_INVALID_FILE',
    /inputs that are nodes of the graph.*'nobody'/,
  );
  await fails({...artifacts, weightData: new ArrayBuffer(8)}, 'ERR_INVALID_FILE', /60 bytes.*8/);
  await fails({save: () => undefined}, 'ERR_INVALID_TYPE', /method load/);
  await fails(7, 'ERR_INVALID_TYPE', /path, a URL/);
  await fails('nowhere://model', 'ERR_INVALID_FILE', /nowhere/);
  await fails(artifacts, 'ERR_OUT_OF_RANGE', /keep.*'con'.*did you mean 'conv'/, {keep: ['con']});
  await fails(artifacts, 'ERR_OUT_OF_RANGE', /rewrites/, {rewrites: ['fold']});
  await fails(artifacts, 'ERR_UNKNOWN_OPTION', /did you mean 'rewrites'/, {rewrite: []});
});

test('without rewrites the graph is what the file holds; keep saves a node', async t => {
  const artifacts = small().artifacts();
  const plain = await loadGraphModel(artifacts, {rewrites: []});
  t.deepEqual(plain.report.after, plain.report.before);
  const kept = await loadGraphModel(artifacts, {keep: ['conv:0']});
  t.is(kept.report.rewrites.fuseActivation, 0);
  const saved: tf.io.ModelArtifacts[] = [];
  const save = (given: tf.io.ModelArtifacts): Promise<tf.io.SaveResult> => {
    saved.push(given);
    return Promise.resolve({modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}});
  };
  await (await loadGraphModel(artifacts)).save({save});
  const again = await loadGraphModel(saved[0]!);
  t.deepEqual(again.report.before, {Placeholder: 1, Const: 2, _FusedConv2D: 1});
});
