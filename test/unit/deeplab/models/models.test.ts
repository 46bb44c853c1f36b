import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import test from 'ava';
import {deeplabV1, deeplabV2, deeplabV3, deeplabV3Plus} from '../../../../src/deeplab/index.ts';
import {AtrousConv} from '../../../../src/deeplab/layers/atrous-conv.ts';
import {leaves} from '../../../../src/deeplab/layers/leaves.ts';
import {countUsesOnce} from '../../../../src/deeplab/models/finish.ts';
import {difference, only, random4D, savedAndLoaded, useBackend} from '../tensors.ts';

test.before(useBackend);

/** Weights, and those of them that are trained: all but the moving statistics. */
function count(model: LayersModel): {all: number; trained: number} {
  const sum = (weights: LayersModel['weights']): number =>
    weights.reduce((total, {shape}) => total + shape.reduce<number>((product, size) => product * (size ?? 1), 1), 0);
  return {all: sum(model.weights), trained: sum(model.trainableWeights)};
}

/** The rates of the dilated convolutions, by name. */
function rates(model: LayersModel): Record<string, unknown> {
  const convolutions = leaves(model).filter(layer => layer instanceof AtrousConv);
  return Object.fromEntries(
    convolutions.map(layer => [layer.name, layer.getConfig().dilationRate] as const).filter(([, rate]) => rate !== 1),
  );
}

function within<T>(model: LayersModel, use: (model: LayersModel) => T): T {
  const result = use(model);
  model.dispose();
  return result;
}

test.serial('v1 has the 20.5 million weights of DeepLab-LargeFOV, and 134.3 and 65.1 in its other versions', t => {
  // Chen et al. (2015), table 2: kernel 7x7, rate 4, 134.3M; 4x4, rate 4, 65.1M; 3x3, rate 12, 20.5M.
  const inMillions = (options: Parameters<typeof deeplabV1>[0]): string =>
    within(deeplabV1(options), model => (count(model).all / 1e6).toFixed(1));
  t.is(inMillions({}), '20.5');
  t.is(inMillions({kernelSize: 7, rate: 4, filters: 4096}), '134.3');
  t.is(inMillions({kernelSize: 4, rate: 4, filters: 4096}), '65.1');
});

test.serial('v1 dilates conv5 by 2 and fc6 by 12', t => {
  within(deeplabV1(), model => t.deepEqual(rates(model), {conv5_1: 2, conv5_2: 2, conv5_3: 2, fc6: 12}));
});

// The convolutions and batch normalizations of a ResNet without its classifier, in trained weights: torchvision's
// resnet101 and resnet50 have 44,549,160 and 25,557,032, and their classifiers 2048 * 1000 + 1000 of those.
const RESNET101 = 44_549_160 - 2_049_000;

test.serial('v2 on ResNet-101 is the backbone and four branches of 3x3', t => {
  within(deeplabV2(), model => {
    t.is(count(model).trained, RESNET101 + 4 * (9 * 2048 * 21 + 21));
    const dilated = rates(model);
    t.is(dilated['resnet_v1_101/block3/unit_1/bottleneck_v1/conv2'], 2);
    t.is(dilated['resnet_v1_101/block4/unit_1/bottleneck_v1/conv2'], 4);
    t.deepEqual(
      ['fc1_c0', 'fc1_c1', 'fc1_c2', 'fc1_c3'].map(name => dilated[name]),
      [6, 12, 18, 24],
    );
  });
});

test.serial('v2 on VGG-16 has a LargeFOV in each branch', t => {
  const convolutions = 14_714_688; // VGG-16 without its fully connected layers
  const branch = 9 * 512 * 1024 + 1024 + 1024 * 1024 + 1024 + 1024 * 21 + 21;
  within(deeplabV2({backbone: 'vgg16'}), model => t.is(count(model).all, convolutions + 4 * branch));
});

for (const [backbone, published] of [
  ['resnet101', 60_996_202],
  ['resnet50', 42_004_074],
] as const) {
  test.serial(`v3 on ${backbone} has as many weights as torchvision's, but for its two additions`, t => {
    // torchvision's deeplabv3_resnet101 and _resnet50 (num_params in torchvision/models/segmentation/deeplabv3.py) have an
    // auxiliary classifier and a further 3x3 convolution behind ASPP.
    const auxiliary = 9 * 1024 * 256 + 2 * 256 + 256 * 21 + 21;
    const further = 9 * 256 * 256 + 2 * 256;
    within(deeplabV3({backbone}), model => t.is(count(model).trained, published - auxiliary - further));
  });
}

test.serial("v3 on MobileNetV2 and v3+ on Xception-65 have as many weights as the public models' ports to Keras", t => {
  // github.com/bonlime/keras-deeplab-v3-plus, which takes the weights of TensorFlow's checkpoints: 2,146,645 and 41,258,213.
  within(deeplabV3({backbone: 'mobilenetV2'}), model => t.is(count(model).all, 2_146_645));
  within(deeplabV3Plus(), model => t.is(count(model).all, 41_258_213));
});

test.serial('v3: rates of multi-grid, cascade and ASPP at output stride 16 and 8', t => {
  const block = (model: LayersModel, number: number): unknown[] =>
    [1, 2, 3].map(unit => rates(model)[`resnet_v1_50/block${number}/unit_${unit}/bottleneck_v1/conv2`] ?? 1);
  within(deeplabV3({backbone: 'resnet50'}), model => {
    t.deepEqual(block(model, 4), [2, 4, 8]);
    t.deepEqual(
      ['aspp1', 'aspp2', 'aspp3'].map(name => rates(model)[name]),
      [6, 12, 18],
    );
  });
  within(deeplabV3({backbone: 'resnet50', outputStride: 8}), model => {
    t.deepEqual(block(model, 4), [4, 8, 16]);
    t.deepEqual(
      ['aspp1', 'aspp2', 'aspp3'].map(name => rates(model)[name]),
      [12, 24, 36],
    );
  });
  within(deeplabV3({backbone: 'resnet50', cascaded: 3, multiGrid: [1, 2, 1]}), model => {
    // Chen et al. (2017), figure 3b: blocks 4 to 7 have the rates 2, 4, 8, 16.
    t.deepEqual(
      [4, 5, 6, 7].map(number => block(model, number)),
      [
        [2, 4, 2],
        [4, 8, 4],
        [8, 16, 8],
        [16, 32, 16],
      ],
    );
  });
});

test.serial('v3 on MobileNetV2 dilates as the public graphs do', t => {
  const units = (outputStride: number): unknown[] =>
    within(deeplabV3({backbone: 'mobilenetV2', outputStride}), model =>
      Array.from({length: 16}, (_, i) => rates(model)[`MobilenetV2/expanded_conv_${i + 1}/depthwise`] ?? 1),
    );
  t.deepEqual(units(16), [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2]);
  t.deepEqual(units(8), [1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 4, 4, 4]);
});

const small: Record<string, (options: {classes: number; upsample?: boolean}) => LayersModel> = {
  v1: options => deeplabV1({...options, filters: 16}),
  'v2 on VGG-16': options => deeplabV2({...options, backbone: 'vgg16', rates: [2, 4]}),
  'v2 at three scales': options => deeplabV2({...options, multiScale: true, rates: [2]}),
  'v3 on ResNet-50': options => deeplabV3({...options, backbone: 'resnet50'}),
  'v3, cascaded': options => deeplabV3({...options, backbone: 'resnet50', cascaded: 1, outputStride: 8}),
  'v3+ on Xception-65': options => deeplabV3Plus({...options}),
  'v3+ on MobileNetV2': options => deeplabV3Plus({...options, backbone: 'mobilenetV2', width: 0.5, outputStride: 8}),
};

for (const [name, create] of Object.entries(small)) {
  test.serial(
    `${name}: pictures of any size and shape give scores of theirs; saved and loaded, the same ones`,
    async t => {
      const before = tf.memory().numTensors;
      const model = create({classes: 3});
      const loaded = countUsesOnce(await savedAndLoaded(model));
      tf.tidy(() => {
        for (const [height, width] of [
          [33, 49],
          [40, 30],
        ] as const) {
          const x = random4D([1, height, width, 3]);
          const y = only(model.predict(x));
          t.deepEqual(y.shape, [1, height, width, 3]);
          t.true(difference(y, tf.zerosLike(y)) > 0 && Number.isFinite(difference(y, tf.zerosLike(y))));
          t.is(difference(only(loaded.predict(x)), y), 0);
        }
      });
      model.dispose();
      loaded.dispose();
      t.is(tf.memory().numTensors, before);
    },
  );
}

test.serial('without upsampling, scores have the output stride: 4 with a decoder', t => {
  const shapeOf = (model: LayersModel): unknown => within(model, ({outputs}) => outputs[0]!.shape);
  const options = {inputSize: 513, upsample: false} as const;
  t.deepEqual(shapeOf(deeplabV3({...options, backbone: 'mobilenetV2'})), [null, 33, 33, 21]);
  t.deepEqual(shapeOf(deeplabV3({...options, backbone: 'mobilenetV2', outputStride: 8})), [null, 65, 65, 21]);
  t.deepEqual(shapeOf(deeplabV3Plus({...options, backbone: 'mobilenetV2'})), [null, 129, 129, 21]);
  t.deepEqual(shapeOf(deeplabV3Plus({...options, backbone: 'resnet50'})), [null, 129, 129, 21]);
  t.deepEqual(shapeOf(deeplabV1({inputSize: 321, upsample: false})), [null, 41, 41, 21]);
  t.deepEqual(shapeOf(deeplabV3({inputSize: [513, 1025], classes: 19, backbone: 'mobilenetV2'})), [
    null,
    513,
    1025,
    19,
  ]);
});

test.serial('the same weights each time a model is built', t => {
  const [a, b] = [deeplabV3({backbone: 'mobilenetV2'}), deeplabV3({backbone: 'mobilenetV2'})];
  t.is(difference(a.weights[0]!.read(), b.weights[0]!.read()), 0);
  a.dispose();
  b.dispose();
});

test.serial('options that a model does not have are refused', t => {
  const refused: [() => unknown, string, RegExp][] = [
    [() => deeplabV1({backbone: 'vgg16'} as never), 'ERR_UNKNOWN_OPTION', /backbone/],
    [() => deeplabV1({classes: 0}), 'ERR_OUT_OF_RANGE', /options\.classes/],
    [() => deeplabV1({inputSize: [321] as never}), 'ERR_INVALID_SHAPE', /options\.inputSize/],
    [() => deeplabV2({backbone: 'resnet50' as never}), 'ERR_OUT_OF_RANGE', /options\.backbone/],
    [() => deeplabV2({backbone: 'vgg16', folded: true}), 'ERR_UNKNOWN_OPTION', /folded/],
    [() => deeplabV2({multiScale: 1 as never}), 'ERR_INVALID_TYPE', /multiScale/],
    [() => deeplabV3({outputStride: 12, backbone: 'mobilenetV2'}), 'ERR_OUT_OF_RANGE', /outputStride/],
    [() => deeplabV3({outputStride: 4}), 'ERR_OUT_OF_RANGE', /outputStride/],
    [() => deeplabV3({backbone: 'mobilenetV2', multiGrid: [1, 2, 4]}), 'ERR_OUT_OF_RANGE', /multiGrid/],
    [() => deeplabV3({backbone: 'resnet50', multiGrid: [1, 2]}), 'ERR_INVALID_SHAPE', /multiGrid/],
    [() => deeplabV3({backbone: 'resnet50', width: 0.5}), 'ERR_OUT_OF_RANGE', /width/],
    [() => deeplabV3({backbone: 'mobilenetV2', cascaded: 3}), 'ERR_OUT_OF_RANGE', /cascaded/],
    [() => deeplabV3Plus({cascaded: 3} as never), 'ERR_UNKNOWN_OPTION', /cascaded/],
    [() => deeplabV3Plus({backbone: 'vgg16' as never}), 'ERR_OUT_OF_RANGE', /backbone/],
  ];
  for (const [create, code, message] of refused) t.throws(create, {code, message});
});
