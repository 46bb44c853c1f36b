// Models of ONNX, as far as the bench needs them. Source: onnx.proto, whose field numbers these are.

const FLOAT = 1;

/** A field's bytes with its key. */
type Field = Buffer;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

const number = (field: number, value: number): Field => Buffer.concat([varint(field * 8), varint(value)]);

function bytes(field: number, ...content: readonly Uint8Array[]): Field {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([varint(field * 8 + 2), varint(length), ...content]);
}

const text = (field: number, value: string): Field => bytes(field, Buffer.from(value));

/** Numbers, or words. */
export type Attributes = Readonly<Record<string, number | readonly number[] | string>>;

const [INT, STRING, INTS] = [2, 3, 7];

function attribute(name: string, value: Attributes[string]): Field {
  const typed = (type: number, ...fields: Field[]): Field => bytes(5, text(1, name), ...fields, number(20, type));
  if (typeof value === 'number') return typed(INT, number(3, value));
  if (typeof value === 'string') return typed(STRING, text(4, value));
  return typed(INTS, ...value.map(each => number(8, each)));
}

function valueInfo(field: number, name: string, shape: readonly number[]): Field {
  const dimensions = shape.map(size => bytes(1, number(1, size)));
  return bytes(field, text(1, name), bytes(2, bytes(1, number(1, FLOAT), bytes(2, ...dimensions))));
}

/** A graph that grows node by node. */
export class Model {
  readonly #nodes: Field[] = [];
  readonly #initializers: Field[] = [];

  /** @returns the name of its result */
  node(operator: string, inputs: readonly string[], attributes: Attributes = {}): string {
    const output = `${operator}${this.#nodes.length}`;
    const fields = Object.entries(attributes).map(([name, value]) => attribute(name, value));
    const ends = [...inputs.map(input => text(1, input)), text(2, output)];
    this.#nodes.push(bytes(1, ...ends, text(3, output), text(4, operator), ...fields));
    return output;
  }

  /** @returns its name */
  constant(values: Float32Array, shape: readonly number[]): string {
    const name = `constant${this.#initializers.length}`;
    const raw = bytes(9, Buffer.from(values.buffer, values.byteOffset, values.byteLength));
    this.#initializers.push(bytes(5, ...shape.map(size => number(1, size)), number(2, FLOAT), text(8, name), raw));
    return name;
  }

  /** The model with one input `x` and one output. */
  encode(inputShape: readonly number[], output: string, outputShape: readonly number[]): Buffer {
    const ends = [valueInfo(11, 'x', inputShape), valueInfo(12, output, outputShape)];
    const graph = bytes(7, ...this.#nodes, text(2, 'bench'), ...this.#initializers, ...ends);
    return Buffer.concat([number(1, 8), graph, bytes(8, text(1, ''), number(2, 17))]);
  }
}
