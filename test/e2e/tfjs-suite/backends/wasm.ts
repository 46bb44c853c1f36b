import {accelerate} from '../../../../src/tfjs/index.ts';
import './wasm-plain.ts';

accelerate('wasm');
