// Who runs a network: backends of tfjs, on the rewritten graph and on the graph as it is, and ONNX Runtime.
import * as tf from '@tensorflow/tfjs-core';
import {rewriteNames} from '../../src/tfjs/graph/rewrite.ts';
import {accelerate, borrow, type RewriteName} from '../../src/tfjs/index.ts';
import type {Prepared} from '../ops/node/contender.ts';
import {onnxSession} from './onnx.ts';
import type {Loaded, Network} from './networks.ts';
import {onnxOf} from './onnx-of-trace.ts';
import {trace} from './trace.ts';

/** A network prepared. */
export interface PreparedNetwork extends Prepared {
  /** Begins a turn. */
  enter?(): void;
  /** Ends it: the others find everything as it was. */
  leave?(): void;
}

/** Who takes part. */
export interface ModelContender {
  readonly name: string;
  /** @returns undefined if it does nothing on this network that another does not */
  prepare(network: Network): Promise<PreparedNetwork | undefined>;
}

interface BackendOptions {
  /** How the graph is rewritten before it is loaded. */
  readonly rewrites?: readonly RewriteName[];
  readonly isAccelerated?: boolean;
  /** Results are borrowed, not given away. */
  readonly isBorrowing?: boolean;
}

function floatsOf(tensor: tf.Tensor | undefined): Float32Array {
  return Float32Array.from(tensor?.dataSync() ?? []);
}

/** A run ends when the results are in JavaScript's hands. */
function read(outputs: readonly tf.Tensor[], isBorrowing: boolean): void {
  outputs.forEach(output => (isBorrowing ? borrow(output) : output.dataSync()));
}

async function prepareOn(
  backend: string,
  network: Network,
  {rewrites = [], isAccelerated = false, isBorrowing = false}: BackendOptions,
): Promise<PreparedNetwork> {
  await tf.setBackend(backend);
  let restore = (): void => undefined;
  const loaded: Loaded = await network.load(rewrites);
  let last: tf.Tensor[] = [];
  const run = (): void => {
    tf.dispose(last);
    last = loaded.run();
    read(last, isBorrowing);
  };
  return {
    async run() {
      await tf.setBackend(backend);
      run();
    },
    enter() {
      if (isAccelerated) restore = accelerate(backend);
    },
    leave: () => restore(),
    read: () => floatsOf(last.at(-1)),
    dispose() {
      tf.dispose(last);
      loaded.dispose();
    },
  };
}

/** A backend of tfjs. */
export function onBackend(name: string, backend: string, options: BackendOptions = {}): ModelContender {
  return {
    name,
    prepare: network =>
      options.rewrites !== undefined && !network.isGraph
        ? Promise.resolve(undefined)
        : prepareOn(backend, network, options),
  };
}

/** densecrf's own, always on the rewritten graph, where there is one. Like ONNX Runtime's, its results lie where the next ones will. */
export const ours: ModelContender = {
  name: 'densecrf',
  prepare: network => prepareOn('densecrf', network, {rewrites: rewriteNames, isBorrowing: true}),
};

/** The same, every result in an array of its own, for the garbage collector. */
export const oursGiven: ModelContender = {
  name: 'densecrf, dataSync',
  prepare: network => prepareOn('densecrf', network, {rewrites: rewriteNames}),
};

/** densecrf's own, but for one rewrite. */
export function oursWithout(name: RewriteName): ModelContender {
  const rewrites = rewriteNames.filter(each => each !== name);
  return onBackend(`densecrf without ${name}`, 'densecrf', {rewrites, isBorrowing: true});
}

/** The same layers, one by one, as they were when the graph was published. */
export function onnxRuntime(loaded: unknown, threads: number): ModelContender {
  return {
    name: 'onnxruntime-node',
    async prepare(network) {
      await tf.setBackend('densecrf');
      const plain = await network.loadLayers();
      let outputs: tf.Tensor[] = [];
      try {
        const calls = trace('densecrf', () => (outputs = plain.run()));
        const model = onnxOf(calls);
        return await onnxSession(loaded, model, inputOf(model.inputShape), threads);
      } catch (error) {
        console.error(
          `onnxruntime-node cannot run ${network.name}: ${error instanceof Error ? error.message : String(error)}`,
        );
        return undefined;
      } finally {
        tf.dispose(outputs);
        plain.dispose();
      }
    },
  };
}

/** Noise, as the other networks' pictures are: what the graph made of its own is gone. */
function inputOf([, channels = 1, height = 1, width = 1]: readonly number[]): Float32Array {
  return tf.tidy(() => tf.randomUniform([1, height, width, channels], -1, 1, 'float32', 11).dataSync<'float32'>());
}
