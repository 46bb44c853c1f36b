import test from 'ava';
import {presets} from '../../../src/index.ts';

test('the presets are those that were published', t => {
  const table = Object.entries(presets).map(([name, {gaussian, bilateral}]) => [
    name,
    [bilateral.sxy, bilateral.srgb, bilateral.compat],
    [gaussian.sxy, gaussian.compat],
  ]);
  t.deepEqual(table, [
    ['pydensecrf', [80, 13, 10], [3, 3]],
    ['crf-rnn', [160, 3, 5], [3, 3]],
    ['deeplab-v1', [50, 10, 5], [3, 3]],
    ['deeplab-v2-vgg16', [65, 3, 4], [2, 2]],
    ['deeplab-v2-resnet101', [67, 3, 4], [1, 3]],
    ['weakly-supervised', [49, 5, 4], [3, 3]],
    ['weakly-supervised-wide', [64, 5, 4], [3, 3]],
  ]);
});

test('nobody can change them, and each says where it is from', t => {
  t.true(Object.isFrozen(presets));
  for (const preset of Object.values(presets)) {
    t.true([preset, preset.gaussian, preset.bilateral].every(Object.isFrozen));
    t.true(preset.source.length > 10);
    t.true(preset.iterations > 0);
  }
});
