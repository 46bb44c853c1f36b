// TensorFlow.js with one of its backends.
import type {Contender, Prepared} from './contender.ts';
import {filterAt, type Problem} from './problem.ts';

interface TfTensor {
  dataSync(): unknown;
  dispose(): void;
}
type Shape = readonly number[];
interface FusedConv {
  readonly x: TfTensor;
  readonly filter: TfTensor;
  readonly strides: number;
  readonly pad: 'same';
  readonly dilations: number;
  readonly bias: TfTensor;
  readonly activation: 'relu';
}
/** What the bench uses of tfjs-core. */
export interface Tf {
  readonly version_core: string;
  readonly fused: {conv2d(args: FusedConv): TfTensor; depthwiseConv2d(args: FusedConv): TfTensor};
  readonly image: {
    resizeBilinear(x: TfTensor, size: Shape, alignCorners: boolean, halfPixelCenters: boolean): TfTensor;
  };
  setBackend(name: string): Promise<boolean>;
  tensor(values: Float32Array, shape: Shape): TfTensor;
  mean(x: TfTensor, axes: Shape, keepDims: boolean): TfTensor;
  tile(x: TfTensor, times: Shape): TfTensor;
  concat(parts: readonly TfTensor[], axis: number): TfTensor;
  tidy(compute: () => TfTensor): TfTensor;
}

export function isTf(value: unknown): value is Tf {
  return typeof value === 'object' && value !== null && 'version_core' in value && 'fused' in value;
}

/** A problem's tensors, on the backend that is set. */
class Layers {
  readonly input: TfTensor;
  readonly #tf: Tf;
  readonly #problem: Problem;
  readonly #filters: readonly TfTensor[];
  readonly #biases = new Map<number, TfTensor>();

  constructor(tf: Tf, problem: Problem) {
    const {height, channels} = problem.shape;
    this.#tf = tf;
    this.#problem = problem;
    this.input = tf.tensor(problem.input, [1, height, height, channels]);
    this.#filters = problem.filters.map(({data, kernel, channels: depth, out}) =>
      tf.tensor(data, [kernel, kernel, depth, out]),
    );
    // Made here: what is made in a tidy() dies with it.
    for (const {channels: depth, out} of problem.filters) {
      const length = out === 1 ? depth : out;
      if (!this.#biases.has(length)) this.#biases.set(length, tf.tensor(problem.bias.slice(0, length), [length]));
    }
  }

  conv(x: TfTensor, index: number): TfTensor {
    const {kernel, channels, out, rate} = filterAt(this.#problem, index);
    const isDepthwise = out === 1 && this.#problem.shape.kind !== 'conv';
    const filter = this.#filters[index];
    const bias = this.#biases.get(isDepthwise ? channels : out);
    if (filter === undefined || bias === undefined) throw new Error(`there is no filter ${index}`);
    const strides = kernel === 1 ? 1 : this.#problem.shape.stride;
    const args = {x, filter, strides, pad: 'same', dilations: rate, bias, activation: 'relu'} as const;
    return isDepthwise ? this.#tf.fused.depthwiseConv2d(args) : this.#tf.fused.conv2d(args);
  }

  aspp(): TfTensor {
    const tf = this.#tf;
    const {height} = this.#problem.shape;
    const pooled = tf.tile(this.conv(tf.mean(this.input, [1, 2], true), 4), [1, height, height, 1]);
    const branches = [0, 1, 2, 3].map(index => this.conv(this.input, index));
    return this.conv(tf.concat([...branches, pooled], 3), 5);
  }

  compute(): TfTensor {
    const {shape, filters, outHeight} = this.#problem;
    if (shape.kind === 'aspp') return this.aspp();
    if (shape.kind === 'resize') return this.#tf.image.resizeBilinear(this.input, [outHeight, outHeight], false, true);
    return filters.reduce((x, _, index) => this.conv(x, index), this.input);
  }

  dispose(): void {
    for (const tensor of [this.input, ...this.#filters, ...this.#biases.values()]) tensor.dispose();
  }
}

async function prepare(tf: Tf, backend: string, problem: Problem): Promise<Prepared> {
  await tf.setBackend(backend);
  const layers = new Layers(tf, problem);
  let last: TfTensor | undefined;
  return {
    async run() {
      await tf.setBackend(backend);
      last?.dispose();
      last = tf.tidy(() => layers.compute());
    },
    read() {
      const values = last?.dataSync();
      if (values instanceof Float32Array) return values;
      throw new Error(`${backend} gave no floats`);
    },
    dispose() {
      last?.dispose();
      layers.dispose();
    },
  };
}

/** @param name what people call the backend */
export function tfjs(tf: Tf, backend: string, name: string): Contender {
  return {name: `${name} ${tf.version_core}`, prepare: problem => prepare(tf, backend, problem)};
}
