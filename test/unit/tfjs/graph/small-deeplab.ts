// A DeepLab of a few channels, as TensorFlow exports one: everything that is rewritten, in one graph.
import {Builder, Random} from './builder.ts';

/** Names of the nodes that the graph is asked for. */
export const OUTPUTS = ['scores', 'labels'];

interface ConvOptions {
  kernel?: number;
  stride?: number;
  rate?: number;
  activation?: 'Relu' | 'Relu6';
}

/** Writes layers one behind the other. */
class Writer {
  readonly builder = new Builder();
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  floats(name: string, shape: readonly number[]): string {
    const length = shape.reduce((product, size) => product * size, 1);
    return this.builder.constant(name, this.#random.floats(length), shape);
  }

  integer(name: string, value: number): string {
    return this.builder.constant(name, Int32Array.of(value), []);
  }

  conv(name: string, x: string, [channels, out]: readonly [number, number], options: ConvOptions = {}): string {
    const {kernel = 1, stride = 1, rate = 1, activation} = options;
    const filter = this.floats(`${name}/filter`, [kernel, kernel, channels, out]);
    const window = {strides: [1, stride, stride, 1], dilations: [1, rate, rate, 1], padding: 'SAME'};
    const y = this.builder.node('Conv2D', `${name}/conv`, [x, filter], {...window, data_format: 'NHWC'});
    const bias = this.floats(`${name}/b`, [out]);
    const sum = this.builder.node('BiasAdd', activation === undefined ? name : `${name}/bias`, [y, bias]);
    return activation === undefined ? sum : this.builder.node(activation, name, [sum]);
  }

  /** A depthwise convolution of rate 2, between SpaceToBatchND and BatchToSpaceND. */
  atrousDepthwise(name: string, x: string, size: number, channels: number): string {
    const extra = size % 2;
    const {builder} = this;
    const head = [
      x,
      builder.integers(`${name}/block`, 2, 2),
      builder.pairs(`${name}/pads`, 2, 2 + extra, 2, 2 + extra),
    ];
    const spread = builder.node('SpaceToBatchND', `${name}/s2b`, head);
    const filter = this.floats(`${name}/filter`, [3, 3, channels, 1]);
    const window = {strides: [1, 1, 1, 1], dilations: [1, 1, 1, 1], padding: 'VALID', data_format: 'NHWC'};
    const y = builder.node('DepthwiseConv2dNative', `${name}/conv`, [spread, filter], window);
    const sum = builder.node('BiasAdd', `${name}/bias`, [y, this.floats(`${name}/b`, [channels])]);
    const tail = [sum, builder.integers(`${name}/block2`, 2, 2), builder.pairs(`${name}/crops`, 0, extra, 0, extra)];
    return builder.node('Relu6', name, [builder.node('BatchToSpaceND', `${name}/b2s`, tail)]);
  }

  batchNorm(name: string, x: string, channels: number): string {
    const vectors = ['gamma', 'beta', 'mean'].map(vector => this.floats(`${name}/${vector}`, [channels]));
    const variance = this.#random.floats(channels).map(value => 0.5 + Math.abs(value));
    vectors.push(this.builder.constant(`${name}/variance`, variance, [channels]));
    return this.builder.node('FusedBatchNormV3', name, [x, ...vectors], {is_training: false});
  }

  resize(name: string, x: string, size: number): string {
    const sizes = this.builder.integers(`${name}/size`, size, size);
    return this.builder.node('ResizeBilinear', name, [x, sizes], {align_corners: true});
  }
}

/** A network for pictures `[n, size, size, 3]`; the same for the same seed. */
export function smallDeeplab(seed: number, size: number): Builder {
  const random = new Random(seed);
  const writer = new Writer(random);
  const {builder} = writer;
  const [channels, wide, classes] = [random.integer(3, 9), random.integer(8, 20), random.integer(2, 6)];
  const grid = Math.ceil(size / 2);
  const x = builder.input('x', [-1, size, size, 3]);
  const stem = writer.conv('stem', x, [3, channels], {kernel: 3, stride: 2});
  const y = builder.node('Relu6', 'stem/relu', [writer.batchNorm('stem/norm', stem, channels)]);
  const expanded = writer.conv('expand', y, [channels, wide], {activation: 'Relu6'});
  const atrous = writer.atrousDepthwise('atrous', expanded, grid, wide);
  const sum = builder.node('AddV2', 'sum', [writer.conv('project', atrous, [wide, channels]), y]);
  const whole = builder.node('Mean', 'whole', [sum, builder.integers('whole/axes', 1, 2)], {keep_dims: true});
  const branches = [
    writer.conv('aspp0', sum, [channels, 4], {activation: 'Relu'}),
    writer.conv('aspp1', sum, [channels, 4], {kernel: 3, rate: 3, activation: 'Relu'}),
    writer.resize('aspp2', writer.conv('pooled', whole, [channels, 4], {activation: 'Relu'}), grid),
  ];
  const joined = builder.node('ConcatV2', 'joined', [...branches, writer.integer('joined/axis', 3)], {N: 3});
  const scores = writer.resize('scores', writer.conv('logits', joined, [12, classes]), size);
  builder.node('ArgMax', 'labels', [scores, writer.integer('labels/axis', 3)]);
  return builder;
}
