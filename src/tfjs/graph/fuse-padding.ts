import {convolutionNode, convolutionOf, type Sides, withPadding} from './convolution.ts';
import type {Graph} from './graph.ts';
import {hasControl, isFloat, type NodeDef} from './node-def.ts';

/** Zeros put around the picture before a convolution without padding: the convolution's own padding. */
export function fusePadding(graph: Graph, node: NodeDef): NodeDef | undefined {
  const convolution = convolutionOf(graph, node);
  if (convolution?.pad !== 'valid') return undefined;
  const pad = graph.privateProducer(convolution.x);
  if (pad === undefined || hasControl(pad) || !isFloat(pad)) return undefined;
  const x = pad.input?.[0];
  const sides = zerosAround(graph, pad);
  const padded = x === undefined || sides === undefined ? undefined : withPadding({...convolution, x}, sides);
  return padded && convolutionNode(graph, node.name, padded);
}

function zerosAround(graph: Graph, pad: NodeDef): Sides | undefined {
  const [, paddings, value] = pad.input ?? [];
  const zero = pad.op === 'Pad' || (pad.op === 'PadV2' && isZero(graph.constant(value)?.values()));
  const constant = graph.constant(paddings);
  if (!zero || constant?.dtype !== 'int32' || String(constant.shape) !== '4,2') return undefined;
  const [n0, n1, top = 0, bottom = 0, left = 0, right = 0, c0, c1] = constant.values();
  if ([n0, n1, c0, c1].some(side => side !== 0)) return undefined;
  return [
    [top, bottom],
    [left, right],
  ];
}

function isZero(values: ArrayLike<number> | undefined): boolean {
  return values?.length === 1 && values[0] === 0;
}
