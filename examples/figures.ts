// npm run figures: the pictures of docs/deeplab-v1.md to deeplab-v3plus.md, computed by what they show. OUT chooses the folder.
import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {useBackend} from '../src/deeplab/index.ts';
import {holes, pyramid, validTaps} from './figures/diagrams.ts';
import {decoderBoundaries, holesAndCrf} from './figures/photographs.ts';

await useBackend('densecrf');
const out = process.env.OUT ?? join(import.meta.dirname, '../docs/images');
await mkdir(out, {recursive: true});
const files: Readonly<Record<string, string | Uint8Array>> = {
  'deeplab-v1-holes.svg': holes(),
  'deeplab-v1-crf.jpg': await holesAndCrf(),
  'deeplab-v2-aspp.svg': pyramid(),
  'deeplab-v3-taps.svg': validTaps(),
  'deeplab-v3plus-decoder.jpg': await decoderBoundaries(),
};
for (const [name, content] of Object.entries(files)) {
  await writeFile(join(out, name), content);
  console.log(`${name}: ${(content.length / 1024).toFixed(1)} KB`);
}
