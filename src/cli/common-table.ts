// Options that commands share.
import type {OptionTable} from './options.ts';

/** The options of the CRF itself. */
export const CRF_PARAMETERS = {
  iterations: {value: 'T', help: "mean-field iterations, default the preset's"},
  tolerance: {value: 'P', help: 'stop once an iteration changes no probability by more, 0 to 1, default 0: never'},
  freeze: {value: 'P', help: 'leave points alone that are above 1 - P certain, 0 to 0.5, default 0: none'},
  'bilateral-sxy': {value: 'S', help: 'reach of the appearance term in pixels, or X,Y'},
  'bilateral-srgb': {value: 'S', help: 'its reach in colour, in steps of 255, or R,G,B'},
  'bilateral-compat': {value: 'W', help: 'its weight, or a number for each label A,B,.., or a .npy file with a matrix'},
  'gaussian-sxy': {value: 'S', help: 'reach of the smoothness term in pixels, or X,Y'},
  'gaussian-compat': {value: 'W', help: 'its weight, as --bilateral-compat'},
  'no-bilateral': {help: 'leave out the appearance term'},
  'no-gaussian': {help: 'leave out the smoothness term'},
  normalization: {value: 'HOW', help: 'of both terms: symmetric (default), before, after or none'},
  'bilateral-kernel': {value: 'TYPE', help: 'const (default), diag or full'},
  'bilateral-kernel-parameters': {value: 'A,B,..', help: '5 factors for diag, 25 for full'},
  'gaussian-kernel': {value: 'TYPE', help: 'const (default), diag or full'},
  'gaussian-kernel-parameters': {value: 'A,B,..', help: '2 factors for diag, 4 for full'},
} as const satisfies OptionTable;

export const THREADS = {
  threads: {value: 'N', help: 'default: as many as there are processors'},
} as const satisfies OptionTable;

export const CLIP = {
  clip: {value: 'P', help: 'the least probability, default 1e-5'},
} as const satisfies OptionTable;

export const AUTO_ORIENT = {
  'auto-orient': {help: 'turn the picture as its EXIF orientation says'},
} as const satisfies OptionTable;

export const FLOAT16 = {
  float16: {help: 'write them as float16, not float32'},
} as const satisfies OptionTable;

export const PRINTING = {
  json: {help: 'print a JSON object for each picture on stdout, and nothing else there'},
  quiet: {short: 'q', help: 'print errors only'},
} as const satisfies OptionTable;

export const SHARD = {
  shard: {value: 'i/n', help: 'do the i-th of n equal parts of the pictures, i from 1 to n'},
} as const satisfies OptionTable;
