// A picture of two colours and what a poor network says about it, as files in a folder of their own.
import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Writable} from 'node:stream';
import type {ExecutionContext} from 'ava';
import {dispatch} from '../../../src/cli/dispatch.ts';
import {encodeNpy} from '../../../src/io/npy.ts';
import type {NpyType} from '../../../src/io/npy.ts';
import {encodePng} from '../../../src/io/pictures.ts';

export const WIDTH = 24;
export const HEIGHT = 16;
export const POINTS = WIDTH * HEIGHT;
/** Left of this column the picture is red, beyond it blue. */
export const EDGE = 10;

export const RGB: Uint8Array = Uint8Array.from({length: 3 * POINTS}, (_, i) => {
  const x = Math.floor(i / 3) % WIDTH;
  return (x < EDGE ? [200, 30, 30] : [30, 30, 200])[i % 3] ?? 0;
});

/** 1 where the blue is. */
export const TRUTH: Int32Array = Int32Array.from({length: POINTS}, (_, i) => (i % WIDTH < EDGE ? 0 : 1));

/** What the network says of label 1: it sees the edge three columns too far to the right, and a few pixels wrongly. */
export const BLUE: Float32Array = Float32Array.from({length: POINTS}, (_, i) => {
  const isBlue = i % WIDTH >= EDGE + 3;
  return isBlue !== (i % 29 === 0) ? 0.7 : 0.3;
});

/** `[HEIGHT, WIDTH, 2]` */
export const PROBABILITIES: Float32Array = Float32Array.from({length: 2 * POINTS}, (_, i) => {
  const blue = BLUE[i >> 1] ?? 0;
  return i % 2 === 1 ? blue : 1 - blue;
});

/** A folder that is gone after the test. */
export class Folder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async create(t: ExecutionContext): Promise<Folder> {
    const folder = new Folder(await mkdtemp(join(tmpdir(), 'densecrf-')));
    t.teardown(() => rm(folder.path, {recursive: true, force: true}));
    return folder;
  }

  at(name: string): string {
    return join(this.path, name);
  }

  async write(name: string, bytes: Uint8Array | string): Promise<string> {
    await writeFile(this.at(name), bytes);
    return this.at(name);
  }

  async picture(name = 'picture.png'): Promise<string> {
    return this.write(name, await encodePng(RGB, WIDTH, HEIGHT, 3));
  }

  array(name: string, data: ArrayLike<number>, shape: readonly number[], type?: NpyType): Promise<string> {
    return this.write(name, encodeNpy(data, shape, type));
  }

  probabilities(name = 'probabilities.npy'): Promise<string> {
    return this.array(name, PROBABILITIES, [HEIGHT, WIDTH, 2]);
  }
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process. */
export async function densecrf(...argv: string[]): Promise<Outcome> {
  const written = {out: '', err: ''};
  const into = (name: keyof typeof written): Writable =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        written[name] += chunk.toString();
        done();
      },
    });
  const code = await dispatch(argv, {stdout: into('out'), stderr: into('err'), env: {}});
  return {code, ...written};
}
