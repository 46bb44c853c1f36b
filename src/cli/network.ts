import {loadDeeplab} from './deeplab.ts';
import type {Segmenter} from './segment-picture.ts';
import type {SegmentSettings} from './segment-settings.ts';

/** A network, ready to run, and how to be rid of it. */
export interface OpenSegmenter extends Segmenter {
  /** Frees the weights, gives the backend its own kernels back and TensorFlow.js its voice. */
  dispose(): void;
}

/** Loads a model onto the backend of the settings, with native kernels in that. */
export async function openSegmenter(
  folder: string,
  {backend, segment: {output}}: SegmentSettings,
): Promise<OpenSegmenter> {
  const {loadModel, segment, useBackend} = await loadDeeplab();
  const {silenceWarnings} = await import('../deeplab/pipeline/backend.ts');
  const {accelerate} = await import('../tfjs/accelerate.ts');
  const undo = [silenceWarnings()];
  try {
    await useBackend(backend);
    if (backend !== 'densecrf') undo.push(accelerate(backend));
    const model = await loadModel(folder, {output});
    undo.push(() => model.dispose());
    return {model, segment, dispose: () => undoAll(undo)};
  } catch (error) {
    undoAll(undo);
    throw error;
  }
}

/** The last first. */
function undoAll(steps: readonly (() => void)[]): void {
  for (const step of [...steps].reverse()) step();
}

/** What a network sees at once where nobody says it. */
const USUAL_SIZE = 513;

/**
 * Shows a network a picture that nobody asked for: what is wrong with the model, or with the number of its classes, comes
 * to light before the first of many pictures, and once instead of for each of them.
 */
export async function tryOut({model, segment}: Segmenter, {segment: options}: SegmentSettings): Promise<void> {
  const {inputSize = USUAL_SIZE} = options;
  const [height, width] = typeof inputSize === 'number' ? [inputSize, inputSize] : inputSize;
  const data = Uint8Array.from({length: 3 * height * width}, (_, i) => i % 251);
  const plain = {crf: false, scales: [1], flip: false, tiles: false, probabilities: false} as const;
  await segment(model, {data, width, height}, {...options, ...plain});
}
