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
export async function writeModel(folder: Pick<Folder, 'at'>, options: ModelOptions = {}): Promise<string> {
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

const attributes = (entries: Readonly<Record<string, object>>) => ({attr: {dtype: {type: 1}, ...entries}});
const sizes = (...values: number[]) => ({shape: {dim: values.map(size => ({size: String(size)}))}});
const ints = (...values: number[]) => ({list: {i: values.map(String)}});

/** The same network as a graph model for pictures of any size. @returns its folder */
export async function writeGraphModel(folder: Pick<Folder, 'at'>, name = 'graph'): Promise<string> {
  const path = folder.at(name);
  await mkdir(path, {recursive: true});
  const conv = {T: {type: 1}, strides: ints(1, 1, 1, 1), dilations: ints(1, 1, 1, 1), padding: {s: 'U0FNRQ=='}};
  const node = [
    {name: 'picture', op: 'Placeholder', ...attributes({shape: sizes(1, -1, -1, 3)})},
    {name: 'kernel', op: 'Const', ...attributes({value: {tensor: {dtype: 1, tensorShape: {}}}})},
    {name: 'scores', op: 'Conv2D', input: ['picture', 'kernel'], attr: {...conv, data_format: {s: 'TkhXQw=='}}},
  ];
  const model = {
    format: 'graph-model',
    modelTopology: {node, library: {}, versions: {producer: 1}},
    weightsManifest: [{paths: ['w.bin'], weights: [{name: 'kernel', shape: [1, 1, 3, 2], dtype: 'float32'}]}],
  };
  await writeFile(join(path, 'model.json'), JSON.stringify(model));
  await writeFile(join(path, 'w.bin'), new Uint8Array(KERNEL.buffer));
  return path;
}
