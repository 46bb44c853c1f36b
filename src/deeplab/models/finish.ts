import {LayersModel, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {ResizeLike} from '../layers/resizing.ts';
import {link} from '../layers/tensors.ts';

/** The model from a picture to scores, enlarged to the picture's size if so wished. */
export function finish(picture: SymbolicTensor, scores: SymbolicTensor, upsample: boolean, name: string): LayersModel {
  const outputs = upsample ? link(new ResizeLike({name: 'upsample'}), [scores, picture]) : scores;
  return countUsesOnce(model({inputs: picture, outputs, name}));
}

/**
 * TensorFlow.js counts each use of a layer, and takes back one (of an inner model two) when the model is disposed of: the
 * weights of what is used several times would stay. A model whose layers belong to no other one can give the rest back at
 * once.
 */
export function countUsesOnce(whole: LayersModel): LayersModel {
  for (const layer of whole.layers) {
    // The first node of an inner model is the one that made it, not a use.
    const takenBack = layer instanceof LayersModel ? 2 : 1;
    for (let use = takenBack; use < layer.inboundNodes.length; ++use) layer.dispose();
  }
  return whole;
}
