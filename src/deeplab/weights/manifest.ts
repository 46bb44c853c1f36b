// The model.json of TensorFlow.js: which weights lie where in its binary files, and how they are quantized.
import {isObject} from '../../core/checks.ts';
import {fromFloat16} from '../../io/float16.ts';
import {invalidFile, messageOf} from '../../io/files.ts';
import type {Weights} from './named-weights.ts';

/** One array in a binary file. */
export interface Spec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization: {readonly dtype: string; readonly scale: number; readonly min: number} | undefined;
}

export interface ModelJson {
  readonly groups: readonly {readonly paths: readonly string[]; readonly specs: readonly Spec[]}[];
  readonly topology: unknown;
}

const BYTES: Readonly<Record<string, number>> = {float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2};

/** Reads a model.json: everything that is asked of it is checked. */
export function parseModelJson(text: string, file: string): ModelJson {
  const json = parse(text, file);
  const manifest = field(json, 'weightsManifest');
  if (!Array.isArray(manifest)) throw invalidFile(file, 'be a model.json of TensorFlow.js', 'no weightsManifest');
  const groups = manifest.map((group: unknown) => ({
    paths: list(field(group, 'paths'), file).map(path => String(path)),
    specs: list(field(group, 'weights'), file).map(entry => specOf(entry, file)),
  }));
  return {groups, topology: field(json, 'modelTopology')};
}

/** The arrays of one group, from its files' bytes. Strings are left out. */
export function decodeManifest(specs: readonly Spec[], bytes: Uint8Array, file: string): [string, Weights][] {
  let at = 0;
  return specs.flatMap(spec => {
    const stored = spec.quantization?.dtype ?? spec.dtype;
    const width = BYTES[stored];
    if (width === undefined) throw invalidFile(file, 'hold numbers alone', `weights of type ${stored}: ${spec.name}`);
    const length = spec.shape.reduce((product, size) => product * size, 1);
    const end = at + length * width;
    if (end > bytes.length)
      throw invalidFile(file, `come with ${end} bytes or more of weights`, `${bytes.length} bytes`);
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, length * width);
    at = end;
    return [[spec.name, {shape: spec.shape, data: decode(view, stored, length, spec.quantization)}]];
  });
}

function decode(view: DataView, stored: string, length: number, quantization: Spec['quantization']): Float32Array {
  const {scale, min} = stored === 'float16' ? PLAIN : (quantization ?? PLAIN);
  const read = {
    float32: (i: number): number => view.getFloat32(4 * i, true),
    int32: (i: number): number => view.getInt32(4 * i, true),
    float16: (i: number): number => fromFloat16(view.getUint16(2 * i, true)),
    uint16: (i: number): number => view.getUint16(2 * i, true),
  }[stored];
  return Float32Array.from({length}, (_, i) => (read ? read(i) : view.getUint8(i)) * scale + min);
}

const PLAIN = {scale: 1, min: 0};

function specOf(entry: unknown, file: string): Spec {
  const [name, shape, dtype, quantization] = ['name', 'shape', 'dtype', 'quantization'].map(key => field(entry, key));
  if (typeof name !== 'string' || typeof dtype !== 'string')
    throw invalidFile(file, 'name all weights', 'some without a name or type');
  const sizes = list(shape, file).map(Number);
  return {name, dtype, shape: sizes, quantization: quantizationOf(quantization, dtype)};
}

function quantizationOf(quantization: unknown, dtype: string): Spec['quantization'] {
  if (!isObject(quantization)) return undefined;
  const number = (key: string, fallback: number): number => Number(field(quantization, key) ?? fallback);
  const stored: unknown = field(quantization, 'dtype');
  return {dtype: typeof stored === 'string' ? stored : dtype, scale: number('scale', 1), min: number('min', 0)};
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidFile(file, 'be a model.json of TensorFlow.js', messageOf(error));
  }
}

function list(value: unknown, file: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidFile(file, 'be a model.json of TensorFlow.js', 'something else where a list should be');
}

/** A property of something unknown. */
export function field(value: unknown, key: string): unknown {
  return isObject(value) ? Reflect.get(value, key) : undefined;
}
