// onnxruntime-node, in its own layout, channels first.
import type {Contender, Prepared} from './contender.ts';
import {Model} from './onnx-model.ts';
import {type Filter, filterAt, type Problem} from './problem.ts';

export interface OnnxTensor {
  readonly data: unknown;
}
type Feeds = Readonly<Record<string, OnnxTensor>>;
export interface Session {
  run(feeds: Feeds, fetches: Feeds): Promise<Feeds>;
  release(): Promise<void>;
}
export interface Onnx {
  readonly env: {readonly versions: Readonly<Record<string, string>>};
  readonly Tensor: new (type: 'float32', data: Float32Array, shape: readonly number[]) => OnnxTensor;
  readonly InferenceSession: {
    create(model: Uint8Array, options: Readonly<Record<string, unknown>>): Promise<Session>;
  };
}

export function isOnnx(value: unknown): value is Onnx {
  return typeof value === 'object' && value !== null && 'InferenceSession' in value && 'Tensor' in value;
}

/** `[rows, columns]` to `[columns, rows]`. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < rows; ++row) {
    for (let column = 0; column < columns; ++column) out[column * rows + row] = values[row * columns + column] ?? NaN;
  }
  return out;
}

/** A convolution of `x` and what follows it; `[kernel, kernel, in, out]` becomes `[out, in, kernel, kernel]`. */
function convolution(model: Model, x: string, problem: Problem, filter: Filter, height: number): string {
  const {data, kernel, channels, out, rate} = filter;
  const isDepthwise = out === 1 && problem.shape.kind !== 'conv';
  const turned = transposed(data, kernel ** 2 * channels, out);
  const outFirst = new Float32Array(data.length);
  const perOut = kernel ** 2 * channels;
  for (let n = 0; n < out; ++n) {
    outFirst.set(transposed(turned.subarray(n * perOut, (n + 1) * perOut), kernel ** 2, channels), n * perOut);
  }
  const outChannels = isDepthwise ? channels : out;
  const stride = kernel === 1 ? 1 : problem.shape.stride;
  const outHeight = Math.ceil(height / stride);
  const total = Math.max(0, (outHeight - 1) * stride + (kernel - 1) * rate + 1 - height);
  const [before, after] = [total >> 1, total - (total >> 1)];
  const result = model.node(
    'Conv',
    [
      x,
      model.constant(outFirst, [outChannels, isDepthwise ? 1 : channels, kernel, kernel]),
      model.constant(problem.bias.slice(0, outChannels), [outChannels]),
    ],
    {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      dilations: [rate, rate],
      pads: [before, before, after, after],
      group: isDepthwise ? channels : 1,
    },
  );
  return model.node('Relu', [result]);
}

function aspp(model: Model, problem: Problem): string {
  const {height, outChannels} = problem.shape;
  const branch = (index: number, x: string, size = height): string =>
    convolution(model, x, problem, filterAt(problem, index), size);
  const pooled = branch(4, model.node('GlobalAveragePool', ['x']), 1);
  const zeros = model.constant(new Float32Array(outChannels * height ** 2), [1, outChannels, height, height]);
  const branches = [0, 1, 2, 3].map(index => branch(index, 'x'));
  const concat = model.node('Concat', [...branches, model.node('Add', [pooled, zeros])], {axis: 1});
  return branch(5, concat);
}

function graph(model: Model, problem: Problem): string {
  const {kind, height} = problem.shape;
  if (kind === 'aspp') return aspp(model, problem);
  if (kind === 'resize') {
    const scales = model.constant(Float32Array.of(1, 1, problem.outHeight / height, problem.outHeight / height), [4]);
    const how = {mode: 'linear', coordinate_transformation_mode: 'half_pixel'};
    return model.node('Resize', ['x', '', scales], how);
  }
  return problem.filters.reduce((x, filter) => convolution(model, x, problem, filter, height), 'x');
}

async function prepare(onnx: Onnx, problem: Problem, threads: number): Promise<Prepared> {
  const {height, channels, outChannels} = problem.shape;
  const model = new Model();
  const name = graph(model, problem);
  const shapes = {in: [1, channels, height, height], out: [1, outChannels, problem.outHeight, problem.outHeight]};
  const options = {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  };
  const session = await onnx.InferenceSession.create(model.encode(shapes.in, name, shapes.out), options);
  const input = new onnx.Tensor('float32', transposed(problem.input, height ** 2, channels), shapes.in);
  const output = new Float32Array(problem.outHeight ** 2 * outChannels);
  const fetches = {[name]: new onnx.Tensor('float32', output, shapes.out)};
  return {
    note: 'channels first',
    async run() {
      await session.run({x: input}, fetches);
    },
    read: () => transposed(output, outChannels, problem.outHeight ** 2),
    dispose: () => session.release(),
  };
}

/** @param loaded the module; undefined if that is something else */
export function onnxRuntime(loaded: unknown, threads: number): Contender | undefined {
  if (!isOnnx(loaded)) return undefined;
  const name = `onnxruntime-node ${loaded.env.versions.node ?? ''}`;
  return {name, prepare: problem => prepare(loaded, problem, threads)};
}
