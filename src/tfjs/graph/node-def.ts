// The nodes of a GraphDef as model.json has them, read the way tfjs-converter's operation mapper reads them.
import {isObject} from '../../core/checks.ts';
import {DenseCrfError} from '../../core/errors.ts';
import {describe} from '../../core/describe.ts';

/** The value of an attribute; protobuf's JSON writes 64-bit integers as strings and bytes as base64. */
export interface Attr {
  s?: string | readonly number[];
  i?: string | number;
  f?: number;
  b?: boolean;
  type?: string | number;
  list?: {i?: readonly (string | number)[]; f?: readonly number[]; s?: readonly (string | readonly number[])[]};
  shape?: unknown;
  tensor?: unknown;
}

/** One node: what it computes, from what. */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, Attr>>;
}

/** A graph, and what else model.json keeps beside its nodes. */
export interface GraphDef {
  readonly node: readonly NodeDef[];
  readonly library?: unknown;
}

/** What a node's input names: an output of another node, or, with `^`, only that the node has run before. */
export interface Ref {
  readonly node: string;
  readonly index: number;
  readonly control: boolean;
}

export function parseRef(text: string): Ref {
  const control = text.startsWith('^');
  const [node = '', ...rest] = (control ? text.slice(1) : text).split(':');
  return {node, index: Number(rest.at(-1) ?? 0), control};
}

/** Whether the node waits for others beyond its inputs. */
export function hasControl({input = []}: NodeDef): boolean {
  return input.some(text => parseRef(text).control);
}

/** The topology of a graph model, checked as far as rewriting relies on it. */
export function checkGraphDef(topology: unknown): GraphDef {
  if (isObject(topology) && 'node' in topology && Array.isArray(topology.node)) {
    const nodes: unknown[] = topology.node;
    const names = new Set<string>();
    for (const node of nodes) {
      if (!isNodeDef(node)) throw malformed('nodes with a name and an op', node);
      if (names.has(node.name)) throw malformed('nodes with names of their own', node.name);
      names.add(node.name);
    }
    const known = nodes.filter(isNodeDef);
    for (const input of known.flatMap(node => node.input ?? []))
      if (!names.has(parseRef(input).node)) throw malformed('inputs that are nodes of the graph', input);
    return 'library' in topology ? {node: known, library: topology.library} : {node: known};
  }
  throw malformed('a graph of nodes', topology);
}

export function stringAttr({attr}: NodeDef, name: string, otherwise: string): string {
  const value = attr?.[name]?.s;
  return value === undefined ? otherwise : decode(value).toLowerCase();
}

export function stringsAttr({attr}: NodeDef, name: string): string[] {
  return (attr?.[name]?.list?.s ?? []).map(value => decode(value).toLowerCase());
}

export function numberAttr({attr}: NodeDef, name: string, otherwise: number): number {
  const value = attr?.[name]?.i ?? attr?.[name]?.f;
  return value === undefined ? otherwise : Number(value);
}

export function numbersAttr({attr}: NodeDef, name: string, otherwise: readonly number[]): readonly number[] {
  const list = attr?.[name]?.list;
  if (list === undefined) return otherwise;
  return (list.f && list.f.length > 0 ? list.f : (list.i ?? [])).map(Number);
}

/** Whether the node computes in float32, as far as it says. */
export function isFloat({attr}: NodeDef): boolean {
  const type = attr?.T?.type;
  return type === undefined || type === 'DT_FLOAT' || type === 1;
}

export function stringValue(text: string): Attr {
  return {s: encode(text)};
}

export function stringsValue(texts: readonly string[]): Attr {
  return {list: {s: texts.map(encode)}};
}

export function numbersValue(values: readonly number[]): Attr {
  return {list: {i: values.map(String)}};
}

function encode(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64');
}

function decode(value: string | readonly number[]): string {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString('latin1') : String.fromCharCode(...value);
}

function isNodeDef(value: unknown): value is NodeDef {
  if (!isObject(value) || !('name' in value && 'op' in value)) return false;
  if (typeof value.name !== 'string' || typeof value.op !== 'string') return false;
  if ('input' in value && value.input !== undefined && value.input !== null) {
    if (!Array.isArray(value.input) || value.input.some(input => typeof input !== 'string')) return false;
  }
  return !('attr' in value) || value.attr === undefined || isObject(value.attr);
}

function malformed(expected: string, received: unknown): DenseCrfError {
  return new DenseCrfError(
    'ERR_INVALID_FILE',
    `Expected modelTopology to hold ${expected} but received ${describe(received)}`,
  );
}
