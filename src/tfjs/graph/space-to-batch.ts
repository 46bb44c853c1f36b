import {
  type Convolution,
  convolutionNode,
  convolutionOf,
  type Pair,
  paddingOf,
  type Sides,
  withPadding,
} from './convolution.ts';
import type {Graph} from './graph.ts';
import {hasControl, type NodeDef} from './node-def.ts';
import type {Constant} from './weights.ts';

/**
 * SpaceToBatchND, a convolution of stride 1, BatchToSpaceND: one dilated convolution.
 *
 * Phase p of a block b holds the rows p, p + b, p + 2b ... of the padded input. A convolution of dilation d on each phase, the
 * phases interleaved again, is a convolution of dilation b d on the padded input; `a` zeros before each phase are `a b` zeros
 * before the input, and a crop takes its rows away from the padding again.
 */
export function spaceToBatch(graph: Graph, node: NodeDef): NodeDef | undefined {
  if (node.op !== 'BatchToSpaceND' || hasControl(node)) return undefined;
  const inner = convolutionOf(graph, graph.privateProducer(node.input?.[0]));
  const head = graph.producer(inner?.x);
  if (inner === undefined || String(inner.strides) !== '1,1') return undefined;
  if (head?.op !== 'SpaceToBatchND' || hasControl(head)) return undefined;
  const [x, ...before] = head.input ?? [];
  const [block, pads] = pairs(graph, before);
  const [sameBlock, crops] = pairs(graph, (node.input ?? []).slice(1));
  if (x === undefined || !block || !pads || !crops || String(block) !== String(sameBlock)) return undefined;
  const dilated = atrous(inner, x, block, pads, crops);
  return dilated && convolutionNode(graph, node.name, dilated);
}

function atrous(inner: Convolution, x: string, block: Pair, pads: Sides, crops: Sides): Convolution | undefined {
  const own = paddingOf(inner);
  const along = (axis: 0 | 1): Pair => [
    pads[axis][0] + block[axis] * own[axis][0] - crops[axis][0],
    pads[axis][1] + block[axis] * own[axis][1] - crops[axis][1],
  ];
  const dilations: Pair = [inner.dilations[0] * block[0], inner.dilations[1] * block[1]];
  return withPadding({...inner, x, dilations}, [along(0), along(1)]);
}

/** A block shape of two axes, and what is put or taken before and after each. */
function pairs(graph: Graph, [block, sides]: readonly string[]): [Pair | undefined, Sides | undefined] {
  const [vertical, horizontal] = integers(graph.constant(block), [2]);
  const [top, bottom, left, right] = integers(graph.constant(sides), [2, 2]);
  if (vertical === undefined || horizontal === undefined) return [undefined, undefined];
  if (top === undefined || bottom === undefined || left === undefined || right === undefined)
    return [undefined, undefined];
  return [
    [vertical, horizontal],
    [
      [top, bottom],
      [left, right],
    ],
  ];
}

function integers(constant: Constant | undefined, shape: readonly number[]): number[] {
  return constant?.dtype === 'int32' && String(constant.shape) === String(shape) ? [...constant.values()] : [];
}
