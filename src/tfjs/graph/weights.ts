import {io, type NamedTensorMap} from '../core.ts';
import {count} from '../../core/describe.ts';
import {DenseCrfError} from '../../core/errors.ts';

/** A constant of a graph. */
export interface Constant {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Its values as tfjs will see them: quantised ones are widened. */
  values(): readonly number[] | Float32Array | Int32Array | Uint8Array;
}

/** Bytes of one value of each type that model.json knows, apart from strings. */
const sizes = new Map(Object.entries({float32: 4, int32: 4, complex64: 8, float16: 2, uint16: 2, bool: 1, uint8: 1}));

interface Entry {
  readonly spec: io.WeightsManifestEntry;
  readonly bytes: ArrayBuffer;
}

/** The weights of a model by name: read without widening the quantised ones, written back without touching what stayed. */
export class Weights {
  readonly #entries = new Map<string, Entry>();

  /** @throws {DenseCrfError} `ERR_INVALID_FILE` if the data are not as long as their specs */
  constructor(specs: readonly io.WeightsManifestEntry[], data: io.WeightData) {
    const all = new io.CompositeArrayBuffer(Array.isArray(data) && data.length === 0 ? new ArrayBuffer(0) : data);
    let offset = 0;
    for (const spec of specs) {
      const bytes = all.slice(offset, offset + byteLength(spec, all, offset));
      this.#entries.set(spec.name, {spec, bytes});
      offset += byteLength(spec, all, offset);
    }
    if (offset === all.byteLength) return;
    throw new DenseCrfError(
      'ERR_INVALID_FILE',
      `Expected weightData to hold ${count(offset, 'byte')} as weightSpecs say but received ${all.byteLength}`,
    );
  }

  find(name: string): Constant | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    const {spec, bytes} = entry;
    return {name, dtype: spec.dtype, shape: spec.shape, values: () => decode(spec, bytes)};
  }

  add(name: string, values: Float32Array, shape: readonly number[]): void {
    const bytes = new Float32Array(values).buffer;
    this.#entries.set(name, {spec: {name, shape: [...shape], dtype: 'float32'}, bytes});
  }

  /** The artifacts' form of those weights whose name passes. */
  pack(keep: (name: string) => boolean): {weightSpecs: io.WeightsManifestEntry[]; weightData: ArrayBuffer} {
    const kept = [...this.#entries.values()].filter(({spec}) => keep(spec.name));
    return {
      weightSpecs: kept.map(({spec}) => spec),
      weightData: io.CompositeArrayBuffer.join(kept.map(({bytes}) => bytes)),
    };
  }
}

function decode(spec: io.WeightsManifestEntry, bytes: ArrayBuffer): ReturnType<Constant['values']> {
  const tensors: NamedTensorMap = io.decodeWeights(bytes, [spec]);
  const tensor = tensors[spec.name];
  if (tensor === undefined) return [];
  const values = tensor.dataSync();
  tensor.dispose();
  return values;
}

function byteLength(spec: io.WeightsManifestEntry, all: io.CompositeArrayBuffer, offset: number): number {
  const length = spec.shape.reduce((product, size) => product * size, 1);
  const dtype = spec.quantization?.dtype ?? spec.dtype;
  const size = sizes.get(dtype);
  if (size !== undefined) return length * size;
  if (dtype !== 'string')
    throw new DenseCrfError('ERR_INVALID_FILE', `Expected weights of a known dtype but received '${dtype}'`);
  // Each string follows its own length, four bytes.
  let end = offset;
  for (let i = 0; i < length; ++i) {
    const [bytes = 0] = new Uint32Array(all.slice(end, end + 4));
    end += 4 + bytes;
  }
  return end - offset;
}
