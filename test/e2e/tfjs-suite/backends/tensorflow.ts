import {accelerate} from '../../../../src/tfjs/index.ts';
import './tensorflow-plain.ts';

accelerate('tensorflow');
