// npm run eval:accuracy: how far the lattice's mean field is from the exact one. Writes docs/accuracy.md.
import {DenseCRF, type Preset, type PresetName, presets} from '../src/index.ts';
import {denseMeanField, type ExactTerm, kernelSums} from './accuracy/dense-mean-field.ts';
import {energies, photographs, pixels} from './crf/picture.ts';
import {table, writeSection} from './lib/document.ts';
import {median} from './lib/statistics.ts';
import {vocEnergy, vocLabels, vocNames, vocPicture} from './voc/dataset.ts';

const [width, height, labels] = [64, 48, vocLabels];
const iterations = 10;
const names: readonly PresetName[] = ['pydensecrf', 'weakly-supervised', 'deeplab-v1', 'deeplab-v2-resnet101'];

/** A part of a picture in its usual size: the exact sums of a whole one would take hours. */
interface Crop {
  readonly name: string;
  readonly rgb: Uint8Array;
  readonly energy: Float32Array;
}

interface Whole {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
  readonly energy: Float32Array;
}

/** The part that the energies are least sure about, where the CRF has most to say. */
function leastCertain(name: string, whole: Whole): Crop {
  const step = 16;
  const columns = Math.floor((whole.width - width) / step) + 1;
  const rows = Math.floor((whole.height - height) / step) + 1;
  const corners = Array.from({length: columns * rows}, (_, i) => [
    (i % columns) * step,
    Math.floor(i / columns) * step,
  ]);
  const all = corners.map(([left = 0, top = 0]) => ({
    name,
    rgb: Uint8Array.from(cut(whole.rgb, whole, left, top)),
    energy: Float32Array.from(cut(whole.energy, whole, left, top)),
  }));
  const doubts = all.map(({energy}) => doubt(energy));
  const best = all[doubts.indexOf(Math.max(...doubts))];
  if (best === undefined) throw new Error(`${name} is smaller than ${width} x ${height}`);
  return best;
}

function* cut(
  values: Iterable<number> & ArrayLike<number>,
  whole: Whole,
  left: number,
  top: number,
): Generator<number> {
  const channels = values.length / (whole.width * whole.height);
  for (let y = top; y < top + height; ++y) {
    const from = (y * whole.width + left) * channels;
    for (let i = from; i < from + width * channels; ++i) yield values[i] ?? NaN;
  }
}

/** The sum over the points of the least energy, which is 0 where a label is certain. */
function doubt(energy: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < energy.length; at += labels) sum += Math.min(...energy.subarray(at, at + labels));
  return sum;
}

async function crops(): Promise<Crop[]> {
  const out: Crop[] = [];
  for (const {name, file} of photographs()) {
    const size = {width: 500, height: 375};
    const rgb = await pixels(file, size.width, size.height);
    out.push(leastCertain(name, {...size, rgb, energy: energies(rgb, size.width, size.height, labels, 1)}));
  }
  for (const name of vocNames().slice(0, 2)) {
    const picture = await vocPicture(name);
    out.push(leastCertain(`VOC ${name}`, {...picture, energy: vocEnergy(name, 16, picture)}));
  }
  return out;
}

/** The features as the lattice gets them, in float32. */
function exactTerms({rgb}: Crop, {gaussian, bilateral}: Preset): [gaussian: ExactTerm, bilateral: ExactTerm] {
  const features = (sxy: number, srgb?: number): Float32Array => {
    const channels = srgb === undefined ? [] : [0, 1, 2];
    return Float32Array.from(
      Array.from({length: width * height}, (_, p) => [
        (p % width) / sxy,
        Math.floor(p / width) / sxy,
        ...channels.map(c => (rgb[3 * p + c] ?? 0) / (srgb ?? 1)),
      ]).flat(),
    );
  };
  return [
    {features: features(gaussian.sxy), dimensions: 2, weight: gaussian.compat},
    {features: features(bilateral.sxy, bilateral.srgb), dimensions: 5, weight: bilateral.compat},
  ];
}

function create({rgb}: Crop, {gaussian, bilateral}: Preset, normalization: 'symmetric' | 'none'): DenseCRF {
  const crf = new DenseCRF({shape: [height, width], labels});
  crf.addPairwiseGaussian({...gaussian, normalization});
  crf.addPairwiseBilateral({...bilateral, image: rgb, normalization});
  return crf;
}

/** Lattice sum over exact sum of a filter of ones: the middle one of the points, and the least and greatest. */
function sumRatio(crf: DenseCRF, term: number, exact: ExactTerm): string {
  // With one label everywhere the pairwise energy is half the weighted sum.
  const energy = crf.pairwiseEnergy(new Int32Array(width * height), term);
  const ratios = kernelSums(exact).map((sum, i) => (2 * (energy[i] ?? NaN)) / exact.weight / sum);
  const [low, high] = [Math.min(...ratios), Math.max(...ratios)];
  return `${median([...ratios]).toFixed(2)} (${low.toFixed(2)} - ${high.toFixed(2)})`;
}

function compare(piece: Crop, preset: Preset): string[] {
  const terms = exactTerms(piece, preset);
  const exact = denseMeanField(piece.energy, labels, terms, iterations);
  const crf = create(piece, preset, 'symmetric');
  crf.setUnaryEnergy(piece.energy);
  const {probabilities, labels: found} = crf.inferenceSync(iterations);
  const differences = probabilities.map((q, i) => Math.abs(q - (exact[i] ?? NaN)));
  const same = found.filter((label, p) => {
    const row = exact.subarray(p * labels, (p + 1) * labels);
    return label === row.indexOf(Math.max(...row));
  });
  const plain = create(piece, preset, 'none');
  const ratios = terms.map((term, i) => sumRatio(plain, i, term));
  crf.dispose();
  plain.dispose();
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const greatest = differences.reduce((a, b) => Math.max(a, b), 0);
  return [
    mean.toExponential(1),
    greatest.toFixed(2),
    `${((100 * same.length) / found.length).toFixed(2)} %`,
    ...ratios,
  ];
}

const pieces = await crops();
const rows: string[][] = [];
for (const name of names) {
  const {gaussian: g, bilateral: b} = presets[name];
  const parameters = `${b.sxy}/${b.srgb}/${b.compat} + ${g.sxy}/${g.compat}`;
  for (const piece of pieces) {
    const row = [`${name} (${parameters}), ${piece.name}`, ...compare(piece, presets[name])];
    console.log(row.join('  '));
    rows.push(row);
  }
}
const head = ['', 'mean dQ', 'max dQ', 'same label', 'Gaussian sums', 'bilateral sums'];
const caption = `Crops of ${width}x${height} pixels, where the energies are least certain, from pictures about 500 wide; ${labels} labels, ${iterations} iterations,
symmetric normalisation. Made with \`npm run eval:accuracy\`. "Sums": the lattice's filter of ones over the exact one, the median of the
points and the extremes.`;
const page = new URL('../docs/accuracy.md', import.meta.url);
writeSection(page, 'eval:accuracy', `${caption}\n\n${table([head, ...rows])}`);
