// The Node.js half: a process for each number of threads, because TensorFlow reads it once.
import {existsSync, mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {makeTfjsNode} from '../../scripts/tfjs-node.mjs';
import {peerFolder, runAll} from '../lib/install.ts';
import {WorkerProcess} from '../lib/worker-process.ts';

const folder = peerFolder('node');
const packages = ['onnxruntime-node@1.30.0'];

/** The peers, installed where they are not; says which cannot be had. */
function install(): void {
  const manifest = join(folder, 'package.json');
  mkdirSync(folder, {recursive: true});
  if (!existsSync(manifest)) writeFileSync(manifest, '{"private": true}\n');
  if (!existsSync(join(folder, 'node_modules/onnxruntime-node'))) {
    console.log('Installing onnxruntime-node into build/peers/node ...');
    const failed = runAll([['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages]], folder);
    if (failed !== undefined) console.log(`Without onnxruntime-node: ${failed}`);
  }
  try {
    makeTfjsNode();
  } catch (error) {
    console.log(`Without tfjs-node: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Workers as they are asked for. */
export class NodeHalf {
  readonly #workers = new Map<number, WorkerProcess>();

  readonly #program: string;

  /** @param program of the workers */
  constructor(program = fileURLToPath(new URL('node/worker.ts', import.meta.url))) {
    this.#program = program;
    install();
  }

  worker(threads: number): WorkerProcess {
    const started = this.#workers.get(threads);
    if (started !== undefined) return started;
    const name = `Node.js with ${threads} threads`;
    const count = String(threads);
    const env = {
      ...process.env,
      OMP_NUM_THREADS: count,
      TF_NUM_INTRAOP_THREADS: count,
      TF_NUM_INTEROP_THREADS: '1',
      TF_CPP_MIN_LOG_LEVEL: '2',
    };
    const worker = new WorkerProcess(
      name,
      process.execPath,
      ['--expose-gc', '--import=tsx', this.#program, folder, count],
      env,
    );
    this.#workers.set(threads, worker);
    return worker;
  }

  async close(): Promise<void> {
    for (const worker of this.#workers.values()) await worker.close();
  }
}
