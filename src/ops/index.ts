export {resizeBilinear, type ResizeOptions} from './resize-bilinear.ts';
export type {Tensor4D} from './tensor.ts';
