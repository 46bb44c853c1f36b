// Nothing but its job keeps this process alive.
import {problem} from '../support.ts';

void problem()
  .inference(20, null, null, false, null)
  .done.then(ranToItsEnd => console.log(JSON.stringify({ranToItsEnd})));
