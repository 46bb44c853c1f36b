import {accelerate} from '../../../../src/tfjs/index.ts';
import './cpu-plain.ts';

accelerate('cpu');
