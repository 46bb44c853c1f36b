import type {layers} from '@tensorflow/tfjs-layers';
import {isObject} from '../../core/checks.ts';

/** A model or a block of layers, or one that has none below it. */
type Tree = object | {readonly layers: readonly layers.Layer[]};

/** The layers of a model that are not made of others, those inside blocks and inner models included, each once. */
export function leaves(model: {readonly layers: readonly layers.Layer[]}): layers.Layer[] {
  return [...new Set(model.layers.flatMap(layer => (hasLayers(layer) ? leaves(layer) : [layer])))];
}

function hasLayers(value: Tree): value is {readonly layers: readonly layers.Layer[]} {
  return isObject(value) && 'layers' in value && Array.isArray(value.layers) && value.layers.length > 0;
}
