// The door `densecrf/tfjs`. Importing it registers the backend `densecrf`.
import {registerDenseCrfBackend} from './backend.ts';

registerDenseCrfBackend();
