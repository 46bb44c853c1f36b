// The door `densecrf/tfjs`. Importing it registers the backend `densecrf`.
export {accelerate} from './accelerate.ts';

import {registerDenseCrfBackend} from './backend.ts';

registerDenseCrfBackend();
