import '../../../../src/tfjs/index.ts';
import {judge} from './judge.ts';

judge('densecrf');
