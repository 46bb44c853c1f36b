// tf.layers.depthwiseConv2d keeps its dilationRate and writes it to files, but computes and sizes its output without.
import {add, depthwiseConv2d, serialization, type Tensor, type Tensor4D, tidy, transpose} from '../core.ts';
import {wrapMethod} from '../gradients/wrap-method.ts';

type Pair = [number, number];

/** What a layer of tfjs-layers' class DepthwiseConv2D consists of; the class itself is not exported. */
interface DepthwiseLayer {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly padding: string;
  readonly dilationRate: Pair;
  readonly dataFormat: string;
  readonly depthwiseKernel: {read(): Tensor4D};
  readonly bias: {read(): Tensor} | null;
  readonly activation: {apply(x: Tensor): Tensor} | null;
}

/**
 * Makes layers of `tf.layers.depthwiseConv2d` respect their dilationRate, those too that are there already. Their
 * serialisation stays what it is.
 *
 * @returns makes them ignore it again
 */
export function mendDepthwiseLayer(): () => void {
  const [layerClass] = serialization.SerializationMap.getMap().classNameMap.DepthwiseConv2D ?? [];
  return layerClass ? mendPrototype(layerClass) : (): void => undefined;
}

function mendPrototype({prototype}: {prototype: object}): () => void {
  const restoreCall = wrapMethod<[Tensor | Tensor[], ...unknown[]]>(
    prototype,
    'call',
    (call, layer, inputs, ...rest) => {
      const [x, ...others] = [inputs].flat();
      // Whatever else it is given, the layer knows what to say about it.
      return x && isPictures(x) && others.length === 0 && isAtrous(layer)
        ? tidy(() => convolve(layer, x))
        : call(layer, inputs, ...rest);
    },
  );
  const restoreShape = wrapMethod<unknown[]>(prototype, 'computeOutputShape', (computeOutputShape, layer, ...args) =>
    computeOutputShape(isAtrous(layer) ? withWholeKernel(layer) : layer, ...args),
  );
  return () => {
    restoreShape();
    restoreCall();
  };
}

function isAtrous(layer: unknown): layer is DepthwiseLayer {
  if (typeof layer !== 'object' || layer === null || !('dilationRate' in layer)) return false;
  return Array.isArray(layer.dilationRate) && layer.dilationRate.some(rate => rate !== 1);
}

/** The layer as if its kernel held the zeros between its taps. */
function withWholeKernel(layer: DepthwiseLayer): unknown {
  const {kernelSize, dilationRate} = layer;
  const span = (axis: 0 | 1): number => (kernelSize[axis] - 1) * dilationRate[axis] + 1;
  return Object.create(layer, {kernelSize: {value: [span(0), span(1)]}});
}

function isPictures(x: Tensor): x is Tensor4D {
  return x.rank === 4;
}

function convolve(layer: DepthwiseLayer, x: Tensor4D): Tensor {
  const {depthwiseKernel, strides, padding, dilationRate, bias, activation} = layer;
  const isChannelsFirst = layer.dataFormat === 'channelsFirst';
  const pictures = isChannelsFirst ? transpose(x, [0, 2, 3, 1]) : x;
  const pad = padding === 'same' ? 'same' : 'valid';
  let y: Tensor = depthwiseConv2d(pictures, depthwiseKernel.read(), strides, pad, 'NHWC', dilationRate);
  if (bias) y = add(y, bias.read());
  if (isChannelsFirst) y = transpose(y, [0, 3, 1, 2]);
  return activation ? activation.apply(y) : y;
}
