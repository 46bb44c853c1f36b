import {checkChoice, expectation, isObject} from '../core/checks.ts';
import {DenseCrfError} from '../core/errors.ts';
import {checkRunOptions, runKeys, type RunOptions} from '../core/job.ts';
import {checkOptions} from '../core/options.ts';
import {shapeText} from '../core/shape.ts';
import type {RefineBase, RefineLogits, RefineProbabilities} from '../crf/refine-options.ts';
import {refine, refineSync} from '../crf/refine.ts';
import {borrow} from './borrow.ts';
import {tensor, type Tensor} from './core.ts';
import {asFloats} from './storage/values.ts';

/** Options of {@link denseCrf}: those of `refine`, less what the tensors say themselves. */
export interface DenseCrfOptions
  extends
    Omit<RefineBase, 'image' | 'width' | 'height' | 'dataFormat' | 'imageDataFormat'>,
    Pick<RefineProbabilities, 'scale'> {
  /** What the first argument holds: probabilities, or the scores of a network before softmax. Default `'probabilities'`. */
  from?: 'probabilities' | 'logits' | undefined;
}

/** Options of {@link denseCrfAsync}. `onProgress` counts the iterations of all pictures. */
export type DenseCrfAsyncOptions = DenseCrfOptions & RunOptions;

const keys = [
  ...(['preset', 'gaussian', 'bilateral', 'iterations', 'clip'] as const),
  ...(['scale', 'tolerance', 'freeze', 'from'] as const),
];

/**
 * Refines the segmentation of a picture, or of a batch of pictures, with the dense CRF. Runs on whatever backend the tensors are
 * on; it is not differentiable. The labels are `tf.argMax(result, -1)`.
 *
 * @param probabilities `[height, width, labels]` or `[batch, height, width, labels]`, float32; logits with `from: 'logits'`
 * @param image the picture of the same height and width, `[height, width, channels]` or `[batch, height, width, channels]`: grey,
 *   RGB or RGBA values from 0 to 255, float32 or int32
 * @param options as those of `refine`; the default preset is `'deeplab-v2-resnet101'`
 * @returns the refined probabilities, of the shape of `probabilities`
 * @throws {DenseCrfError} naming the argument that is wrong
 *
 * @example
 * const refined = denseCrf(tf.softmax(logits), picture, {preset: 'deeplab-v2-vgg16'});
 */
export function denseCrf(probabilities: Tensor, image: Tensor, options: DenseCrfOptions = {}): Tensor {
  checkOptions('the options of denseCrf', options, keys);
  const batch = checkBatch(probabilities, image, options);
  const result = new Float32Array(probabilities.size);
  for (const part of parts(batch, asFloats(borrow(probabilities)), borrow(image))) {
    result.set(refineSync(part.options).probabilities, part.offset);
  }
  return tensor(result, batch.shape, 'float32');
}

/** {@link denseCrf} on a thread of its own. The tensors may be disposed as soon as it has been called. */
export async function denseCrfAsync(
  probabilities: Tensor,
  image: Tensor,
  options: DenseCrfAsyncOptions = {},
): Promise<Tensor> {
  checkOptions('the options of denseCrfAsync', options, [...keys, ...runKeys]);
  const {signal, onProgress} = checkRunOptions(options);
  signal?.throwIfAborted();
  const batch = checkBatch(probabilities, image, options);
  const [values, pixels] = await Promise.all([probabilities.data<'float32'>(), image.data()]);
  // Copies: a backend may use the memory of a disposed tensor again.
  const all = parts(batch, values.slice(), pixels.slice());
  const result = new Float32Array(values.length);
  for (const [i, part] of all.entries()) {
    const report = (done: number, total: number): void => onProgress?.(i * total + done, batch.size * total);
    const refined = await refine({...part.options, signal, ...(onProgress && {onProgress: report})});
    result.set(refined.probabilities, part.offset);
  }
  return tensor(result, batch.shape, 'float32');
}

interface Batch {
  readonly shape: number[];
  readonly size: number;
  readonly height: number;
  readonly width: number;
  readonly options: DenseCrfOptions;
}

function checkBatch(probabilities: Tensor, image: Tensor, options: DenseCrfOptions): Batch {
  const name = checkChoice('from', options.from ?? 'probabilities', ['probabilities', 'logits']);
  checkTensor(name, probabilities, ['float32']);
  checkTensor('image', image, ['float32', 'int32']);
  const shape = [...probabilities.shape];
  const [batch, height = 0, width = 0] = shape.length === 4 ? shape : [1, ...shape];
  if (image.rank === shape.length && String(image.shape.slice(0, -1)) === String(shape.slice(0, -1)))
    return {shape, size: batch ?? 0, height, width, options};
  throw new DenseCrfError(
    'ERR_INVALID_SHAPE',
    `Expected image to be of shape ${shapeText([...shape.slice(0, -1), 3])} for ${name} of shape ${shapeText(shape)} but received one of shape ${shapeText(image.shape)}: tf.image.resizeBilinear brings them to one size`,
  );
}

function checkTensor(name: string, value: Tensor, dtypes: readonly Tensor['dtype'][]): void {
  if (!isObject(value) || typeof value.dataSync !== 'function')
    throw expectation('ERR_INVALID_TYPE', name, 'a tensor', value);
  if (value.isDisposed)
    throw new DenseCrfError('ERR_DISPOSED', `Expected ${name} to be a tensor in use but it is disposed`);
  const expected = `Expected ${name} to be a tensor of ${dtypes.join(' or ')}`;
  if (!dtypes.includes(value.dtype))
    throw new DenseCrfError('ERR_INVALID_TYPE', `${expected} but received one of ${value.dtype}`);
  if ((value.rank !== 3 && value.rank !== 4) || value.size === 0)
    throw new DenseCrfError(
      'ERR_INVALID_SHAPE',
      `${expected} of shape [height, width, channels] or [batch, height, width, channels] but received one of shape ${shapeText(value.shape)}`,
    );
}

interface Part {
  readonly options: RefineProbabilities | RefineLogits;
  /** Where its result begins. */
  readonly offset: number;
}

/** What to refine, picture by picture. */
function parts(batch: Batch, values: Float32Array, pixels: Float32Array | Int32Array | Uint8Array): Part[] {
  const {size, width, height} = batch;
  const {from, ...options} = batch.options;
  const [length, area] = [values.length / size, pixels.length / size];
  return Array.from({length: size}, (_, i) => {
    const offset = i * length;
    const scores = values.subarray(offset, offset + length);
    const image = Float32Array.from(pixels.subarray(i * area, (i + 1) * area));
    const shared = {...options, image, width, height};
    return {offset, options: from === 'logits' ? {...shared, logits: scores} : {...shared, probabilities: scores}};
  });
}
