// The one place that imports tfjs-core, so that everything here shares the copy that the caller's models use.
export * from '@tensorflow/tfjs-core';
