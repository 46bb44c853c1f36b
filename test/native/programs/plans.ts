// In the middle of jobs of plans and of layers; `leave` ends the process there, anything else says so and goes on.
import {parentPort} from 'node:worker_threads';
import {native} from '../../../src/native/load.ts';
import {layerProblem, planProblem} from '../support.ts';

const {plan, input, output, channels} = planProblem(129, 256);
void plan.runJob(input, output, 0, channels).done;
const {layer} = layerProblem(129, 256);
void native().runLayerJob(layer, input.slice(), output.slice(), 0, channels).done;
if (process.argv[2] === 'leave') process.exit(7);
parentPort?.postMessage('computing');
