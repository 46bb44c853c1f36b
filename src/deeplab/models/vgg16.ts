import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {AtrousConv2D} from '../layers/atrous-conv2d.ts';
import {link} from '../layers/tensors.ts';

/** Convolutions per stage, their channels, the stride of the pool behind them, and their rate. */
const STAGES = [
  {convolutions: 2, filters: 64, pool: 2, rate: 1},
  {convolutions: 2, filters: 128, pool: 2, rate: 1},
  {convolutions: 3, filters: 256, pool: 2, rate: 1},
  {convolutions: 3, filters: 512, pool: 1, rate: 1},
  {convolutions: 3, filters: 512, pool: 1, rate: 2},
] as const;

/**
 * VGG-16 with an output stride of 8: its last two pools do not subsample, and what follows the first of these is dilated.
 * Pools are 3x3, so that corners stay on corners.
 *
 * @param picture `[batch, height, width, 3]`
 * @returns pool5, `[batch, height / 8, width / 8, 512]`
 *
 * Source: Simonyan and Zisserman, "Very Deep Convolutional Networks" (2015), configuration D; Chen et al., "Semantic
 * Image Segmentation with Deep Convolutional Nets and Fully Connected CRFs" (2015), section 3.1.
 */
export function vgg16(picture: SymbolicTensor): SymbolicTensor {
  return STAGES.reduce((stage, {convolutions, filters, pool, rate}, i) => {
    let x = stage;
    for (let j = 1; j <= convolutions; ++j) {
      const name = `conv${i + 1}_${j}`;
      x = link(new AtrousConv2D({filters, dilationRate: rate, useBias: true, activation: 'relu', name}), x);
    }
    return link(layers.maxPooling2d({poolSize: 3, strides: pool, padding: 'same', name: `pool${i + 1}`}), x);
  }, picture);
}
