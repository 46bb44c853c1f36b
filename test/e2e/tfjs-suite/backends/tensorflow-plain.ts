import {judge} from './judge.ts';

judge('tensorflow');
