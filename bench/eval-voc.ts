// npm run eval:voc: mean intersection over union of DeepLab v3's output on PASCAL VOC pictures, before and after the dense CRF.
import {parseArgs} from 'node:util';
import {type PresetName, presets} from '../src/index.ts';
import {presetNames} from '../src/crf/presets.ts';
import {ConfusionMatrix} from '../src/deeplab/evaluation/confusion-matrix.ts';
import {findPeer} from './crf/peer.ts';
import {table} from './lib/document.ts';
import {type OutputStride, mostLikely, vocEnergy, vocLabels, vocNames, vocPicture, vocTruth} from './voc/dataset.ts';
import {type Refiner, refineWithDensecrf, startPeer} from './voc/refiners.ts';

const usage = `npm run eval:voc -- [options]
  --iterations N   instead of each preset's own number
  --preset NAME    one preset
  --peer           the same with pydensecrf, which is installed if it is not yet`;

const {values: options} = parseArgs({
  options: {
    iterations: {type: 'string'},
    preset: {type: 'string', default: ''},
    peer: {type: 'boolean', default: false},
    help: {type: 'boolean', default: false},
  },
});

interface Scores {
  /** Of the network alone. */
  readonly before: ConfusionMatrix;
  /** For each preset, one of each refiner. */
  readonly after: ReadonlyMap<PresetName, readonly ConfusionMatrix[]>;
}

async function evaluate(stride: OutputStride, refiners: readonly Refiner[]): Promise<Scores> {
  const before = new ConfusionMatrix({classes: vocLabels});
  const after = new Map(
    chosenPresets().map(name => [name, refiners.map(() => new ConfusionMatrix({classes: vocLabels}))]),
  );
  for (const pictureName of vocNames()) {
    const picture = await vocPicture(pictureName);
    const truth = vocTruth(pictureName);
    const energy = vocEnergy(pictureName, stride, picture);
    before.add(mostLikely(energy), truth);
    for (const [name, scores] of after) {
      for (const [i, refine] of refiners.entries()) {
        scores[i]?.add(await refine(picture, energy, presets[name], iterationsOf(name)), truth);
      }
    }
    console.log(`output stride ${stride}: ${pictureName} done`);
  }
  return {before, after};
}

/** A row for each preset: of each stride the mean before, after, the difference, and the peer's. */
function rowsOf(all: readonly Scores[], mean: (score: ConfusionMatrix) => number): string[][] {
  return chosenPresets().map(name => {
    const figures = all.flatMap(({before, after}) => {
      const [ours = NaN, ...peers] = (after.get(name) ?? []).map(mean);
      const gain = ours - mean(before);
      return [mean(before), ours, gain, ...peers].map(value => value.toFixed(2));
    });
    return [describe(name), ...figures];
  });
}

function chosenPresets(): PresetName[] {
  return presetNames.filter(name => name.includes(options.preset));
}

function iterationsOf(name: PresetName): number {
  return options.iterations === undefined ? presets[name].iterations : Number(options.iterations);
}

function describe(name: PresetName): string {
  const {gaussian, bilateral} = presets[name];
  const parameters = `${bilateral.sxy}/${bilateral.srgb}/${bilateral.compat} + ${gaussian.sxy}/${gaussian.compat}`;
  return `${name} (${parameters}, ${iterationsOf(name)} iterations)`;
}

async function main(): Promise<void> {
  const count = vocNames().length;
  if (count === 0) {
    console.log('Skipped: the pictures are not here. They belong into shared/data/voc beside this checkout.');
    return;
  }
  const found = options.peer ? findPeer() : undefined;
  if (typeof found === 'string') console.log(`Without pydensecrf: ${found}.`);
  const peer = typeof found === 'object' ? startPeer(found) : undefined;
  const refiners = peer === undefined ? [refineWithDensecrf] : [refineWithDensecrf, peer.refine];
  const all = [await evaluate(16, refiners), await evaluate(8, refiners)];
  await peer?.close();

  const columns = ['before', 'after', 'gain', ...(peer === undefined ? [] : ['pydensecrf'])];
  const head = ['preset', ...['OS16', 'OS8'].flatMap(stride => columns.map(column => `${stride} ${column}`))];
  console.log(
    `\nmIoU in percent of DeepLab v3 MobileNetV2 at output stride 16 and 8 over ${count} PASCAL VOC pictures.`,
  );
  console.log('\nOver the classes that occur in the ground truth:\n');
  console.log(table([head, ...rowsOf(all, score => 100 * score.meanIoU)]));
  console.log('\nOver the classes that occur in the ground truth or in the result:\n');
  console.log(table([head, ...rowsOf(all, score => 100 * score.meanIoUOfSeen)]));
}

if (options.help) console.log(usage);
else await main();
