// A network that sees how red and how blue each pixel is, as the files of a layers model.
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {Folder} from './fixtures.ts';

interface ModelOptions {
  readonly name?: string;
  /** Of the input. */
  readonly size?: readonly [number | null, number | null];
  /** What the weights file lacks at its end. */
  readonly missingBytes?: number;
  /** Whether it averages the whole picture away. */
  readonly pooled?: boolean;
}

const layer = (className: string, config: object) => ({class_name: className, config});

/** Weights of a 1 x 1 convolution from red, green and blue to two scores. */
const KERNEL = Float32Array.of(1, 0, 0, 0, 0, 1);

/** Writes the model, as tfjs itself saves models. @returns its folder */
export async function writeModel(folder: Folder, options: ModelOptions = {}): Promise<string> {
  const {name = 'model', size = [33, 33], missingBytes = 0, pooled = false} = options;
  const path = folder.at(name);
  await mkdir(path, {recursive: true});
  const conv = {
    name: 'scores',
    filters: 2,
    kernel_size: [1, 1],
    use_bias: false,
    batch_input_shape: [null, ...size, 3],
    trainable: true,
    dtype: 'float32',
  };
  const layers = [layer('Conv2D', conv), ...(pooled ? [layer('GlobalAveragePooling2D', {name: 'mean'})] : [])];
  const model = {
    format: 'layers-model',
    modelTopology: {class_name: 'Sequential', config: {name: 'red_or_blue', layers}},
    weightsManifest: [{paths: ['w.bin'], weights: [{name: 'scores/kernel', shape: [1, 1, 3, 2], dtype: 'float32'}]}],
  };
  await writeFile(join(path, 'model.json'), JSON.stringify(model));
  await writeFile(join(path, 'w.bin'), new Uint8Array(KERNEL.buffer, 0, KERNEL.byteLength - missingBytes));
  return path;
}
