// The door `densecrf/tfjs`. Importing it registers the backend `densecrf`.
import {registerDenseCrfBackend} from './backend.ts';

export {accelerate} from './accelerate.ts';
export {borrow, type TensorValues} from './borrow.ts';
export {enableAtrousTraining} from './gradients/index.ts';
export {denseCrf, denseCrfAsync, type DenseCrfAsyncOptions, type DenseCrfOptions} from './dense-crf.ts';
export {logitsOf, type LogitsNode} from './logits-of.ts';
export {
  loadGraphModel,
  type GraphModelSource,
  type LoadGraphModelOptions,
  type RewriteName,
  type RewriteReport,
  type RewrittenGraphModel,
} from './load-graph-model.ts';

registerDenseCrfBackend();
