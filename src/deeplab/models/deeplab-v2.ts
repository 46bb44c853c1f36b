import {layers, type LayersModel, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {checkBoolean, checkChoice} from '../../core/checks.ts';
import {Aspp} from '../layers/aspp.ts';
import {ResizeLike, ScaleImage} from '../layers/resizing.ts';
import {link} from '../layers/tensors.ts';
import {checkNorm} from '../layers/units.ts';
import {finish} from './finish.ts';
import {checkModelOptions, MODEL_KEYS, NORM_MODEL_KEYS, type NormModelOptions} from './options.ts';
import {resnet} from './resnet.ts';
import {vgg16} from './vgg16.ts';

export interface DeepLabV2Options extends NormModelOptions {
  /** Default 'resnet101'. */
  readonly backbone?: 'vgg16' | 'resnet101';
  /** Rates of the branches. Default 6, 12, 18, 24 ("ASPP-L"); "ASPP-S" is 2, 4, 8, 12. */
  readonly rates?: readonly number[];
  /** Whether the picture is seen at the scales 0.5, 0.75 and 1 and each score is the highest of the three. Default false. */
  readonly multiScale?: boolean;
}

const SCALES = [1, 0.75, 0.5] as const;

/**
 * DeepLab v2: VGG-16 or ResNet-101 with atrous spatial pyramid pooling, output stride 8. Its scores are refined by a
 * dense CRF: the presets 'deeplab-v2-vgg16' and 'deeplab-v2-resnet101' of `refine`.
 *
 * @returns a model from pictures `[batch, height, width, 3]`, the mean colour subtracted, to scores
 *   `[batch, height, width, classes]`; weights are random
 * @throws {DenseCrfError} `ERR_UNKNOWN_OPTION`, `ERR_INVALID_TYPE`, `ERR_INVALID_SHAPE`, `ERR_OUT_OF_RANGE`
 *
 * Source: Chen et al., "DeepLab: Semantic Image Segmentation with Deep Convolutional Nets, Atrous Convolution, and Fully
 * Connected CRFs" (2017), sections 3.1, 3.2 and 4.1.2 (fusion of scales).
 *
 * @example
 * const model = deeplabV2({backbone: 'resnet101', multiScale: true});
 */
export function deeplabV2(options: DeepLabV2Options = {}): LayersModel {
  const backbone = checkChoice('options.backbone', options.backbone ?? 'resnet101', ['vgg16', 'resnet101']);
  const own = ['backbone', 'rates', 'multiScale'] as const;
  const known = backbone === 'vgg16' ? [...MODEL_KEYS, ...own] : [...NORM_MODEL_KEYS, ...own];
  const {classes, upsample, picture} = checkModelOptions(options, known);
  const score = (x: SymbolicTensor): SymbolicTensor => {
    const head = {classes, rates: options.rates ?? [6, 12, 18, 24], name: 'aspp'};
    const filters = backbone === 'vgg16' ? 1024 : 0;
    return link(new Aspp({...head, filters}), backbone === 'vgg16' ? vgg16(x) : resnet101(x, options));
  };
  const fuse = checkBoolean('options.multiScale', options.multiScale ?? false);
  const scores = fuse ? highestOfScales(picture, score) : score(picture);
  return finish(picture, scores, upsample, options.name ?? `deeplab_v2_${backbone}`);
}

function resnet101(x: SymbolicTensor, {folded = false, momentum = 0.9997}: DeepLabV2Options): SymbolicTensor {
  const norm = checkNorm({epsilon: 1e-5, folded, momentum});
  const config = {outputStride: 8, multiGrid: [1, 1, 1], cascaded: 0, subsample: 'first', norm} as const;
  return resnet(x, {...config, depth: 'resnet101'}).features;
}

/** The picture at three scales through the same weights; the highest score of each class at each pixel. */
function highestOfScales(picture: SymbolicTensor, score: (x: SymbolicTensor) => SymbolicTensor): SymbolicTensor {
  const {shape} = picture;
  const any = layers.input({shape: [null, null, ...shape.slice(3)], name: 'scaled_picture'});
  const network = model({inputs: any, outputs: score(any), name: 'network'});
  const [first, ...others] = SCALES.map(scale => {
    const seen = scale === 1 ? picture : link(new ScaleImage({scale, name: `scale_${scale * 100}`}), picture);
    return {scale, scores: link(network, seen)};
  });
  if (!first) return picture;
  const enlarged = others.map(({scale, scores}) =>
    link(new ResizeLike({name: `enlarge_${scale * 100}`}), [scores, first.scores]),
  );
  return link(layers.maximum({name: 'highest'}), [first.scores, ...enlarged]);
}
