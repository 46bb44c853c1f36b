import test from 'ava';
import {checkDataset, datasetNames, datasetOf, datasets} from '../../../../src/deeplab/datasets/datasets.ts';

test('have as many classes as their benchmarks, each with a name and a colour', t => {
  t.deepEqual(
    datasetNames.map(name => datasets[name].classes.length),
    [21, 19, 150, 151],
  );
  for (const name of datasetNames) {
    for (const {name: label, colour} of datasets[name].classes) {
      t.regex(label, /^[a-z][a-z -]*$/);
      t.true(
        colour.every(value => Number.isInteger(value) && value >= 0 && value <= 255),
        label,
      );
    }
    const colours = new Set(datasets[name].classes.map(({colour}) => colour.join()));
    // ADE20K gives "road" and "skyscraper" the same grey.
    t.is(colours.size, datasets[name].classes.length - (name.startsWith('ade20k') ? 1 : 0));
  }
});

test('are what the benchmarks say, here and there', t => {
  const classOf = (name: (typeof datasetNames)[number], label: number) => datasets[name].classes[label];
  t.deepEqual(classOf('pascal-voc', 15), {name: 'person', colour: [192, 128, 128]});
  t.deepEqual(classOf('cityscapes', 13), {name: 'car', colour: [0, 0, 142]});
  t.deepEqual(classOf('cityscapes', 18), {name: 'bicycle', colour: [119, 11, 32]});
  t.deepEqual(classOf('ade20k', 0), {name: 'wall', colour: [120, 120, 120]});
  t.deepEqual(classOf('ade20k', 149), {name: 'flag', colour: [92, 0, 255]});
  t.deepEqual(classOf('ade20k-with-background', 150), {name: 'flag', colour: [92, 0, 255]});
});

test('are found by their number of classes', t => {
  t.is(datasetOf(21), datasets['pascal-voc']);
  t.is(datasetOf(150), datasets.ade20k);
  t.deepEqual(datasetOf(2).classes, [
    {name: 'class 0', colour: [0, 0, 0]},
    {name: 'class 1', colour: [128, 0, 0]},
  ]);
});

test('are checked against the network', t => {
  t.is(checkDataset('dataset', 'cityscapes', 19), datasets.cityscapes);
  t.throws(() => checkDataset('dataset', 'pascal-voc', 19), {
    code: 'ERR_INVALID_SHAPE',
    message: "Expected a network of 21 classes for dataset 'pascal-voc' but received one of 19: it fits 'cityscapes'",
  });
  t.throws(() => checkDataset('dataset', 'coco', 21), {code: 'ERR_OUT_OF_RANGE'});
});
