// Loads the addon and says what came of it.
import {DenseCrfError} from '../../../src/core/errors.ts';
import {native} from '../../../src/native/load.ts';

try {
  console.log(JSON.stringify({isa: native().isa()}));
} catch (error) {
  if (!(error instanceof DenseCrfError)) throw error;
  console.log(JSON.stringify({code: error.code, message: error.message}));
}
