import test from 'ava';
import {nearest} from '../../../src/core/nearest.ts';

test('nearest sees through case, dashes and slips', t => {
  const words = ['onProgress', 'dataFormat', 'groundTruthProbability', 'sxy'];
  t.is(nearest('onprogress', words), 'onProgress');
  t.is(nearest('data_format', words), 'dataFormat');
  t.is(nearest('groundTruthProbabilty', words), 'groundTruthProbability');
  t.is(nearest('syx', words), 'sxy');
  t.is(nearest('sx', words), 'sxy');
  t.is(nearest('temperature', words), undefined);
});
