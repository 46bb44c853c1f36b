import '@tensorflow/tfjs-backend-cpu';
import {judge} from './judge.ts';

judge('cpu');
