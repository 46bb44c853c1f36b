// The layers of a network that was traced, as a model of ONNX, channels first.
import * as tf from '@tensorflow/tfjs-core';
import {type Attributes, Model} from '../ops/node/onnx-model.ts';
import type {Call} from './trace.ts';

/** A model with one input `x` and one output. */
export interface OnnxNetwork {
  readonly model: Buffer;
  readonly inputShape: readonly number[];
  readonly output: string;
  readonly outputShape: readonly number[];
}

const channelsFirst = ([batch = 1, height = 1, width = 1, channels = 1]: readonly number[]): number[] => [
  batch,
  channels,
  height,
  width,
];

type Pair = [number, number];
const pair = (value: unknown): Pair => {
  const [first = 1, second = first] = [value ?? 1].flat().map(Number);
  return [first, second];
};

/** Writes one call after the other. */
class Writer {
  readonly #model = new Model();
  readonly #names = new Map<object, string>();
  readonly #input: tf.TensorInfo;

  constructor(input: tf.TensorInfo) {
    this.#input = input;
    this.#names.set(input.dataId, 'x');
  }

  add(call: Call): void {
    const [output] = call.outputs;
    if (output === undefined || this.#names.has(output.dataId)) return; // such as a reshape: the same data
    // What does not come from the picture is a constant, written where it is used.
    if (!call.inputs.some(([, {dataId}]) => this.#names.has(dataId))) return;
    this.#names.set(output.dataId, this.#translate(call));
  }

  finish(output: tf.TensorInfo): OnnxNetwork {
    const name = this.#names.get(output.dataId);
    if (name === undefined) throw new Error('the output does not come from the input');
    const [inputShape, outputShape] = [channelsFirst(this.#input.shape), channelsFirst(output.shape)];
    return {model: this.#model.encode(inputShape, name, outputShape), inputShape, output: name, outputShape};
  }

  #translate(call: Call): string {
    const {kernel, attrs} = call;
    const x = this.#given(call, 'x', 'a', 'images', '0');
    switch (kernel) {
      case tf.Conv2D:
      case tf.FusedConv2D:
        return this.#convolution(call, false);
      case tf.DepthwiseConv2dNative:
      case tf.FusedDepthwiseConv2D:
        return this.#convolution(call, true);
      case tf.Add:
      case tf.Sub:
        return this.#model.node(kernel, [x, this.#given(call, 'b')]);
      case tf.Multiply:
        return this.#model.node('Mul', [x, this.#given(call, 'b')]);
      case tf.Relu:
        return this.#model.node('Relu', [x]);
      case tf.Relu6:
        return this.#clip(x);
      case tf.Concat:
        return this.#model.node('Concat', call.inputs.map(([, tensor]) => this.#name(tensor)), {axis: 1}); // prettier-ignore
      case tf.Mean:
        return this.#model.node('GlobalAveragePool', [x]);
      case tf.AvgPool:
      case tf.MaxPool:
        return this.#pool(call, x);
      case tf.ResizeBilinear:
        return this.#resize(call, x);
      default:
        throw new Error(`${kernel} ${JSON.stringify(attrs)} has no translation`);
    }
  }

  #given(call: Call, ...names: readonly string[]): string {
    const tensor = call.inputs.find(([name]) => names.includes(name))?.[1];
    if (tensor === undefined) throw new Error(`${call.kernel} has no ${names.join(' or ')}`);
    return this.#name(tensor);
  }

  #name(tensor: tf.TensorInfo): string {
    const {dataId, shape} = tensor;
    const known = this.#names.get(dataId);
    if (known !== undefined) return known;
    const values = floatsOf(tensor);
    if (values.length > 1 && values.length !== shape.at(-1)) throw new Error('only vectors of channels are constants');
    return this.#model.constant(values, [1, values.length, 1, 1]);
  }

  #convolution({inputs, attrs}: Call, isDepthwise: boolean): string {
    const {x, filter, bias} = Object.fromEntries(inputs);
    if (x === undefined || filter === undefined) throw new Error('a convolution without input or filter');
    const [height = 1, width = 1, channels = 1, last = 1] = filter.shape;
    const turned = tf.tidy(
      () =>
      tf.transpose(tf.tensor4d(floatsOf(filter), [height, width, channels, last]), isDepthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]).dataSync<'float32'>(), // prettier-ignore
    );
    const outChannels = isDepthwise ? channels * last : last;
    const ends = [
      this.#name(x),
      this.#model.constant(turned, [outChannels, isDepthwise ? 1 : channels, height, width]),
    ];
    if (bias !== undefined) ends.push(this.#model.constant(floatsOf(bias), [outChannels]));
    const dilations = pair(attrs.dilations);
    const how = {...windowOf(x.shape, [height, width], dilations, attrs), dilations, group: isDepthwise ? channels : 1};
    const result = this.#model.node('Conv', ends, how);
    const activation = attrs.activation ?? 'linear';
    if (activation === 'relu') return this.#model.node('Relu', [result]);
    if (activation === 'relu6') return this.#clip(result);
    if (activation === 'linear') return result;
    throw new Error(`${JSON.stringify(activation)} has no translation`);
  }

  #clip(x: string): string {
    const [low, high] = [0, 6].map(limit => this.#model.constant(Float32Array.of(limit), []));
    return this.#model.node('Clip', [x, low ?? '', high ?? '']);
  }

  #pool({kernel, inputs, attrs}: Call, x: string): string {
    const [input] = inputs.map(([, tensor]) => tensor);
    const size = pair(attrs.filterSize);
    const operator = kernel === tf.MaxPool ? 'MaxPool' : 'AveragePool';
    return this.#model.node(operator, [x], windowOf(input?.shape ?? [], size, [1, 1], attrs));
  }

  #resize({inputs, outputs, attrs}: Call, x: string): string {
    const [, height = 1, width = 1] = inputs[0]?.[1].shape ?? [];
    const [, outHeight = 1, outWidth = 1] = outputs[0]?.shape ?? [];
    // A little more than the quotient, whose product with the size is rounded down.
    const scales = this.#model.constant(
      Float32Array.of(1, 1, (outHeight + 0.01) / height, (outWidth + 0.01) / width),
      [4],
    );
    const mode = attrs.alignCorners === true ? 'align_corners' : attrs.halfPixelCenters === true ? 'half_pixel' : 'asymmetric'; // prettier-ignore
    return this.#model.node('Resize', [x, '', scales], {mode: 'linear', coordinate_transformation_mode: mode});
  }
}

function floatsOf({dataId}: tf.TensorInfo): Float32Array {
  const values = tf.engine().readSync(dataId);
  if (values instanceof Float32Array) return values;
  throw new Error('a constant that is not of floats');
}

/** Kernel, strides and padding as ONNX wants them. */
function windowOf(x: readonly number[], kernel: Pair, dilations: Pair, attrs: Call['attrs']): Attributes {
  const strides = pair(attrs.strides);
  const isSame = attrs.pad === 'same';
  if (!isSame && attrs.pad !== 'valid') throw new Error(`pad ${JSON.stringify(attrs.pad)} has no translation`);
  const totals = ([0, 1] as const).map(axis => {
    const size = x[axis + 1] ?? 1;
    const span = (kernel[axis] - 1) * dilations[axis] + 1;
    return isSame ? Math.max(0, (Math.ceil(size / strides[axis]) - 1) * strides[axis] + span - size) : 0;
  });
  return {
    kernel_shape: kernel,
    strides,
    pads: [...totals.map(total => total >> 1), ...totals.map(total => total - (total >> 1))],
  };
}

/**
 * @param calls of the kernels, from the picture to the scores at full size; what follows them is left out
 * @throws {Error} if a layer has no translation
 */
export function onnxOf(calls: readonly Call[]): OnnxNetwork {
  const first = calls.find(({kernel}) => kernel === tf.Conv2D || kernel === tf.FusedConv2D);
  const input = first?.inputs.find(([name]) => name === 'x')?.[1];
  const last = calls.findLastIndex(({kernel}) => kernel === tf.ResizeBilinear);
  const output = calls[last]?.outputs[0];
  if (input === undefined || output === undefined) throw new Error('there is no first convolution or no last resizing');
  const writer = new Writer(input);
  for (const call of calls.slice(0, last + 1)) writer.add(call);
  return writer.finish(output);
}
