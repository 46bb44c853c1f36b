// npm run bench:scaling: how the cost grows with points, labels, dimensions and threads. Writes a section of docs/benchmarks.md
// and plots into docs/images.
import {writeFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import sharp from 'sharp';
import {concurrency, DenseCRF, simd, versions} from '../src/index.ts';
import {energies, photographs, pixels} from './crf/picture.ts';
import {table, writeSection} from './lib/document.ts';
import {describeMachine} from './lib/machine.ts';
import {type Plot, plotSvg, type Series} from './lib/plot.ts';
import {median, short} from './lib/statistics.ts';

const {values: options} = parseArgs({
  options: {
    json: {type: 'string'},
    runs: {type: 'string', default: '3'},
    points: {type: 'string', default: '0.1,0.3,1,2,4,8,16'},
    'no-docs': {type: 'boolean', default: false},
  },
});
const runs = Number(options.runs);
const ITERATIONS = 10;
const threads = concurrency();
const [photograph] = photographs();
if (photograph === undefined) throw new Error('no photograph');

/** Time of all that a picture needs, lattices and ten iterations, in ms: the median of some runs, each with a new object. */
async function time(make: () => DenseCRF): Promise<{total: number; second: number}> {
  const [totals, seconds]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; ++run) {
    const start = performance.now();
    const crf = make();
    await crf.inference(ITERATIONS);
    totals.push(performance.now() - start);
    const again = performance.now();
    await crf.inference(ITERATIONS);
    seconds.push(performance.now() - again);
    crf.dispose();
  }
  return {total: median(totals), second: median(seconds)};
}

async function picture(width: number, height: number): Promise<Uint8Array> {
  // Enlarged in steps from one size, so that every size shows the same things.
  const base = await pixels(photograph?.file ?? Buffer.alloc(0), 500, 375);
  const enlarged = sharp(base, {raw: {width: 500, height: 375, channels: 3}}).resize(width, height, {fit: 'fill'});
  return Uint8Array.from(await enlarged.raw().toBuffer());
}

/** Energies of a small picture, repeated over a large one: making them for 16 million points takes longer than inference. */
function tiledEnergies(small: Float32Array, width: number, height: number, labels: number): Float32Array {
  const out = new Float32Array(width * height * labels);
  for (let y = 0; y < height; ++y) {
    for (let x = 0; x < width; x += 500) {
      const row = small.subarray((y % 375) * 500 * labels, ((y % 375) * 500 + Math.min(500, width - x)) * labels);
      out.set(row, (y * width + x) * labels);
    }
  }
  return out;
}

interface Scene {
  width: number;
  height: number;
  labels: number;
  rgb: Uint8Array;
  energy: Float32Array;
}

async function scene(width: number, height: number, labels: number): Promise<Scene> {
  const small = energies(await picture(500, 375), 500, 375, labels, 1);
  return {
    width,
    height,
    labels,
    rgb: await picture(width, height),
    energy: tiledEnergies(small, width, height, labels),
  };
}

function withTerms({width, height, labels, rgb, energy}: Scene): DenseCRF {
  const crf = new DenseCRF({shape: [height, width], labels});
  crf.setUnaryEnergy(energy);
  crf.addPairwiseGaussian({sxy: 3, compat: 3});
  crf.addPairwiseBilateral({sxy: 80, srgb: 13, image: rgb, compat: 10});
  return crf;
}

/** A cloud of 200,000 points with slowly varying features of d dimensions. */
function cloud(d: number): DenseCRF {
  const points = 200_000;
  const labels = 8;
  const features = Float32Array.from({length: points * d}, (_, k) => {
    const [point, dimension] = [Math.floor(k / d), k % d];
    return 4 * Math.sin((point / points) * 6 * (dimension + 1) + dimension) + ((point * (dimension + 3)) % 17) / 40;
  });
  const crf = new DenseCRF({shape: [points], labels});
  crf.setUnaryEnergy(Float32Array.from({length: points * labels}, (_, k) => ((k * 7919) % 101) / 30));
  crf.addPairwiseEnergy({features, compat: 3});
  return crf;
}

async function sweep(name: string, values: readonly number[], at: (value: number) => Promise<number>): Promise<Series> {
  const points: [number, number][] = [];
  for (const value of values) {
    points.push([value, await at(value)]);
    console.log(`${name} ${value}: ${short(points.at(-1)?.[1] ?? NaN)}`);
  }
  return {name, points};
}

async function pointSweep(): Promise<Series[]> {
  const sizes = options.points.split(',').map(Number);
  const second: [number, number][] = [];
  const first = await sweep('first', sizes, async millions => {
    const height = Math.round(Math.sqrt((millions * 1e6 * 3) / 4));
    const made = await scene(Math.round((height * 4) / 3), height, 8);
    const {total, second: again} = await time(() => withTerms(made));
    const points = made.width * made.height;
    second.push([millions, (again * 1e6) / points]);
    return (total * 1e6) / points;
  });
  return [
    {...first, name: 'first frame'},
    {name: 'lattices kept', points: second},
  ];
}

async function labelSweep(): Promise<Series> {
  return sweep('labels', [2, 3, 4, 8, 16, 21, 32, 64, 150], async labels => {
    const made = await scene(500, 375, labels);
    return (await time(() => withTerms(made))).total;
  });
}

async function threadSweep(): Promise<Series> {
  const made = await scene(500, 375, 21);
  const counts = [1, 2, 4, 8, 16, 32, 64].filter(count => count < threads);
  const series = await sweep('threads', [...counts, threads], async count => {
    concurrency(count);
    return (await time(() => withTerms(made))).total;
  });
  concurrency(threads);
  return series;
}

function seriesTable(head: string, unit: string, series: readonly Series[]): string {
  const [first] = series;
  const rows = (first?.points ?? []).map(([x], i) => [
    String(x),
    ...series.map(({points}) => short(points[i]?.[1] ?? NaN)),
  ]);
  return table([[head, ...series.map(({name}) => `${name}, ${unit}`)], ...rows]);
}

const machine = describeMachine();
const points = await pointSweep();
const labels = await labelSweep();
const dimensions = await sweep('dimensions', [2, 3, 4, 5, 6, 7, 8], async d => (await time(() => cloud(d))).total);
const threadCounts = await threadSweep();

const plots: readonly (readonly [file: string, plot: Plot])[] = [
  ['scaling-points', {title: 'Cost of a point', x: 'million points', y: 'ns, 10 iterations, 8 labels', series: points}],
  ['scaling-labels', {title: 'Labels', x: 'labels', y: 'ms, 500x375', series: [{...labels, name: 'total'}]}],
  [
    'scaling-dimensions',
    {
      title: 'Dimensions',
      x: 'dimensions of 200,000 points',
      y: 'ms, 8 labels',
      series: [{...dimensions, name: 'total'}],
    },
  ],
];
const markdown = `## Scaling

${machine.cpu}, ${machine.cores} cores, ${threads} threads, ${simd().active}, Node.js ${machine.node}, densecrf ${versions.densecrf}.
\`npm run bench:scaling\`: medians of ${runs} runs, 80/13/10 + 3/3, ${ITERATIONS} iterations, each run with a new object; "lattices kept" is
the second inference on it. The picture of every size is one photograph, enlarged or reduced. Up to some hundred thousand points the
processor's caches hold all arrays of a pass; beyond, each pass streams them from memory once, and with the lattices kept a point costs
nearly the same however many there are. A new object of many points costs more: its gigabytes are memory that the process does not have
yet, which the system clears first ([design-notes.md](design-notes.md)), and its vertices are looked for in tables beyond the caches.

![Cost of a point](images/scaling-points.svg)
![Labels](images/scaling-labels.svg)
![Dimensions](images/scaling-dimensions.svg)

${seriesTable('million points, 8 labels', 'ns a point', points)}

${seriesTable('labels, 500x375', 'ms', [labels])}

${seriesTable('dimensions, 200,000 points, 8 labels', 'ms', [dimensions])}

${seriesTable('threads, 500x375, 21 labels', 'ms', [threadCounts])}
`;
console.log(`\n${markdown}`);
if (options.json !== undefined) {
  const figures = {machine, threads, isa: simd().active, points, labels, dimensions, threadCounts};
  writeFileSync(options.json, JSON.stringify(figures, undefined, 2));
}
if (!options['no-docs']) {
  for (const [file, plot] of plots)
    writeFileSync(new URL(`../docs/images/${file}.svg`, import.meta.url), plotSvg(plot));
  writeSection(new URL('../docs/benchmarks.md', import.meta.url), 'bench:scaling', markdown);
}
