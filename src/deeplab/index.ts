/**
 * The door `densecrf/deeplab`: DeepLab v1 to v3+ as blocks, layers, models, weights and training on TensorFlow.js.
 *
 * @module
 */
export {atrousConv2d, type AtrousOptions} from './blocks/atrous-conv2d.ts';
export {atrousDepthwiseConv2d} from './blocks/atrous-depthwise-conv2d.ts';
export {atrousSeparableConv2d} from './blocks/atrous-separable-conv2d.ts';
export {convUnit, convUnits, type BatchNormWeights, type ConvUnit} from './blocks/conv-unit.ts';
export {largeFov, type LargeFovWeights} from './blocks/large-fov.ts';
export {aspp} from './blocks/aspp.ts';
export {augmentedAspp, type AugmentedAsppWeights} from './blocks/augmented-aspp.ts';
export {decoder, type DecoderWeights} from './blocks/decoder.ts';
export {atrousSchedule, featureSize, multiGridRates, scaleRates, type StrideAndRate} from './blocks/output-stride.ts';
export {AtrousConv2D, type AtrousConv2DConfig} from './layers/atrous-conv2d.ts';
export {AtrousDepthwiseConv2D, type AtrousDepthwiseConv2DConfig} from './layers/atrous-depthwise-conv2d.ts';
export {AtrousSeparableConv2D, type AtrousSeparableConv2DConfig} from './layers/atrous-separable-conv2d.ts';
export {
  FreezableBatchNormalization,
  type FreezableBatchNormalizationConfig,
} from './layers/freezable-batch-normalization.ts';
export {ImageMean, ResizeLike, ScaleImage, type ScaleImageConfig} from './layers/resizing.ts';
export {LargeFov, type LargeFovConfig} from './layers/large-fov.ts';
export {Aspp, type AsppConfig} from './layers/aspp.ts';
export {AugmentedAspp, type AugmentedAsppConfig} from './layers/augmented-aspp.ts';
export {Decoder, type DecoderConfig} from './layers/decoder.ts';
export {deeplabV1, type DeepLabV1Options} from './models/deeplab-v1.ts';
export {deeplabV2, type DeepLabV2Options} from './models/deeplab-v2.ts';
export {deeplabV3, type DeepLabV3Options} from './models/deeplab-v3.ts';
export {deeplabV3Plus, type DeepLabV3PlusOptions} from './models/deeplab-v3plus.ts';
export type {BackboneName, BackboneOptions} from './models/backbone.ts';
export type {ModelOptions, NormModelOptions} from './models/options.ts';
export {readWeights} from './weights/read-weights.ts';
export {loadWeights, type LoadWeightsOptions, type WeightReport} from './weights/load-weights.ts';
export {foldedWeights, weightsOf} from './weights/fold-batch-norm.ts';
export {weightNames} from './weights/names.ts';
export type {NamedWeights, Weights} from './weights/named-weights.ts';
export {checkDataset, datasetNames, datasetOf, datasets, type DatasetName} from './datasets/datasets.ts';
export type {Dataset, DatasetClass} from './datasets/dataset.ts';
export {ConfusionMatrix, type EvaluationOptions} from './evaluation/confusion-matrix.ts';
export {trimap, type TrimapOptions} from './evaluation/trimap.ts';
export {useBackend, type BackendChoice} from './pipeline/backend.ts';
export {loadModel, type LoadedModel, type LoadModelOptions} from './pipeline/load-model.ts';
export type {SegmentationModel} from './pipeline/model.ts';
export {
  type Preprocessing,
  type PreprocessingName,
  preprocessingNames,
  preprocessings,
} from './pipeline/preprocessing.ts';
export type {ReadOutput} from './pipeline/network.ts';
export {segment} from './pipeline/segment.ts';
export type {CrfOptions, SegmentOptions, TileOptions} from './pipeline/segment-options.ts';
export type {Segmentation, SegmentTimings} from './pipeline/segmentation.ts';
export {augment, type AugmentOptions, type Example} from './training/augment.ts';
export {freezeBatchNorm, freezesBatchNorm} from './training/freeze-batch-norm.ts';
export {polyLearningRate, type PolyOptions} from './training/poly-learning-rate.ts';
export {rateMultipliers, type RateMultiplierOptions} from './training/rate-multipliers.ts';
export {oneHotLabels, segmentationLoss, type SegmentationLossOptions} from './training/segmentation-loss.ts';
export {type Batch, train, type TrainOptions} from './training/train.ts';
