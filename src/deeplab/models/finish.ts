import {type LayersModel, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {ResizeLike} from '../layers/resizing.ts';
import {link} from '../layers/tensors.ts';

/** The model from a picture to scores, enlarged to the picture's size if so wished. */
export function finish(picture: SymbolicTensor, scores: SymbolicTensor, upsample: boolean, name: string): LayersModel {
  const outputs = upsample ? link(new ResizeLike({name: 'upsample'}), [scores, picture]) : scores;
  return model({inputs: picture, outputs, name});
}
