import {join} from 'node:path';
import {setWasmPaths} from '@tensorflow/tfjs-backend-wasm';
import {nodeModules} from '../../../../scripts/run.mjs';
import {judge} from './judge.ts';

setWasmPaths(join(nodeModules, '@tensorflow/tfjs-backend-wasm/dist/'));
judge('wasm');
