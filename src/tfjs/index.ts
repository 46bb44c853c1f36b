// The door `densecrf/tfjs`. Importing it registers the backend `densecrf`.
export {accelerate} from './accelerate.ts';
export {
  loadGraphModel,
  type GraphModelSource,
  type LoadGraphModelOptions,
  type RewriteName,
  type RewriteReport,
  type RewrittenGraphModel,
} from './load-graph-model.ts';

import {registerDenseCrfBackend} from './backend.ts';

registerDenseCrfBackend();
