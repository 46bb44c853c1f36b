// Where a window stands, by tfjs's own rules.
import {type ConvGeometry, type ConvKind, toNativeShape} from '../../ops/conv-layers.ts';
import {backend_util} from '../core.ts';

type ComputeConv2DInfo = typeof backend_util.computeConv2DInfo;
type Size4D = Parameters<ComputeConv2DInfo>[0];

/** As they arrive: not normalised. */
export interface WindowAttrs {
  strides: [number, number] | number;
  pad: Parameters<ComputeConv2DInfo>[4];
  dilations?: [number, number] | number | null;
  dimRoundingMode?: 'floor' | 'round' | 'ceil' | null;
}

/** Of a convolution of pictures with their channels last. */
export function geometryOf(
  x: readonly number[],
  filter: readonly number[],
  {strides, pad, dilations, dimRoundingMode}: WindowAttrs,
  kind: ConvKind,
): ConvGeometry {
  const info = backend_util.computeConv2DInfo(
    sizesOf(x),
    sizesOf(filter),
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode ?? undefined,
    kind === 'depthwise',
  );
  const {batchSize, inHeight, inWidth, inChannels, outChannels} = info;
  const window = {
    kernel: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    dilations: [info.dilationHeight, info.dilationWidth],
    pads: [info.padInfo.top, info.padInfo.left],
    out: [info.outHeight, info.outWidth],
  } as const;
  return toNativeShape([batchSize, inHeight, inWidth, inChannels], window, outChannels);
}

function sizesOf([a = 1, b = 1, c = 1, d = 1]: readonly number[]): Size4D {
  return [a, b, c, d];
}

/** Of a pool of pictures with their channels last. */
export function poolGeometryOf(
  x: readonly number[],
  filterSize: [number, number] | number,
  attrs: Omit<WindowAttrs, 'dilations'>,
): ConvGeometry {
  const [height, width] = typeof filterSize === 'number' ? [filterSize, filterSize] : filterSize;
  return geometryOf(x, [height, width, x[3] ?? 1, 1], attrs, 'depthwise');
}
