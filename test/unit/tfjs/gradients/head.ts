// The head of a DeepLab: atrous branches side by side, one of the whole picture, batch normalisation, labels, twice enlarged.
import * as tfl from '@tensorflow/tfjs-layers';

type Tensor = tfl.SymbolicTensor;

/** The atrous branches: dense ones as in DeepLab v3, or separable ones as in v3+. */
export type Branch = 'conv2d' | 'separableConv2d' | 'depthwiseConv2d';

export interface HeadOptions {
  /** Of the features. */
  inputShape: [height: number, width: number, channels: number];
  filters: number;
  classes: number;
  branch: Branch;
  activation: 'relu' | 'elu';
}

const RATES = [6, 12, 18];

/** A head with random weights, the same for the same options. It gives the probabilities of classes. */
export function deeplabHead({inputShape, filters, classes, branch, activation}: HeadOptions): tfl.LayersModel {
  let seed = 1;
  const initializer = (): ReturnType<typeof tfl.initializers.heNormal> => tfl.initializers.heNormal({seed: seed++});
  const pointwise = (count: number, x: Tensor): Tensor =>
    apply(tfl.layers.conv2d({kernelSize: 1, filters: count, kernelInitializer: initializer()}), x);
  const atrous = (dilationRate: number, x: Tensor): Tensor => {
    const common = {kernelSize: 3, padding: 'same', dilationRate} as const;
    if (branch === 'conv2d') {
      return apply(tfl.layers.conv2d({...common, filters, kernelInitializer: initializer()}), x);
    }
    const [depthwiseInitializer, pointwiseInitializer] = [initializer(), initializer()];
    if (branch === 'separableConv2d') {
      const options = {...common, filters, depthwiseInitializer, pointwiseInitializer};
      return apply(tfl.layers.separableConv2d(options), x);
    }
    return pointwise(filters, apply(tfl.layers.depthwiseConv2d({...common, depthwiseInitializer}), x));
  };
  const [height, width, channels] = inputShape;
  const features = tfl.input({shape: inputShape});
  const whole = apply(tfl.layers.globalAveragePooling2d({}), features);
  const picture = pointwise(filters, apply(tfl.layers.reshape({targetShape: [1, 1, channels]}), whole));
  const spread = tfl.layers.upSampling2d({size: [height, width], interpolation: 'bilinear'});
  const branches = [pointwise(filters, features), ...RATES.map(rate => atrous(rate, features)), apply(spread, picture)];
  const joined = apply(tfl.layers.batchNormalization(), apply(tfl.layers.concatenate(), branches));
  const scores = pointwise(classes, apply(tfl.layers.activation({activation}), joined));
  const enlarged = apply(tfl.layers.upSampling2d({size: [2, 2], interpolation: 'bilinear'}), scores);
  return tfl.model({inputs: features, outputs: apply(tfl.layers.activation({activation: 'softmax'}), enlarged)});
}

function apply(layer: tfl.layers.Layer, x: Tensor | Tensor[]): Tensor {
  return layer.apply(x) as Tensor;
}
