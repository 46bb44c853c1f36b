// npm run bench:segment: a picture of 500 x 375 from its file to its label map's, through MobileNetV2 (513, output stride 16) and
// the CRF, beside tfjs-node with pydensecrf. Writes a section of docs/benchmarks.md.
import {writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import util, {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import {makeTfjsNode} from '../scripts/tfjs-node.mjs';
import {concurrency, versions} from '../src/index.ts';
import {useBackend} from '../src/deeplab/index.ts';
import {findPeer} from './crf/peer.ts';
import {photographs} from './crf/picture.ts';
import {table, writeSection} from './lib/document.ts';
import {describeMachine} from './lib/machine.ts';
import {short, spread, type Spread} from './lib/statistics.ts';
import {ours, peers, PRESET, type SegmentContender, type Stages} from './segment/contenders.ts';
import {benchNetworks, type BenchNetwork} from './segment/networks.ts';

const usage = `npm run bench:segment -- [options]
  --json FILE    write every figure, all samples included
  --rounds N     rounds in which both take turns (default 7)
  --threads N    threads of densecrf (default 2)
  --no-docs      leave docs/benchmarks.md alone`;

const {values: options} = parseArgs({
  options: {
    json: {type: 'string'},
    rounds: {type: 'string', default: '7'},
    threads: {type: 'string', default: '2'},
    'no-docs': {type: 'boolean', default: false},
    help: {type: 'boolean', default: false},
  },
});

const [WIDTH, HEIGHT] = [500, 375];
const STAGES = ['network', 'crf', 'total'] as const;

interface Figures {
  readonly network: string;
  readonly contender: string;
  readonly stages: Readonly<Record<(typeof STAGES)[number], Spread>>;
}

/** The peers, or why they cannot be had. */
function findPeers(): SegmentContender | string {
  // Removed from newer Node.js, still called by tfjs-node 4.22.
  Object.assign(util, {isNullOrUndefined: (x: unknown) => x === null || x === undefined, isArray: Array.isArray});
  try {
    createRequire(`${makeTfjsNode()}/package.json`)('@tensorflow/tfjs-node');
  } catch (error) {
    return `tfjs-node cannot be had: ${String(error)}`;
  }
  const found = findPeer();
  return typeof found === 'string' ? found : peers(found);
}

async function enter(contender: SegmentContender): Promise<void> {
  if (contender === ours) await useBackend('densecrf');
  else await tf.setBackend('tensorflow');
}

async function measure(
  network: BenchNetwork,
  contenders: readonly SegmentContender[],
  file: Buffer,
): Promise<Figures[]> {
  const entries = [];
  for (const contender of contenders) {
    await enter(contender);
    const model = await network.load(contender !== ours);
    await contender.run(model, file);
    entries.push({contender, model, runs: new Array<Stages>()});
  }
  for (let round = 0; round < Number(options.rounds); ++round) {
    for (const {contender, model, runs} of entries) {
      await enter(contender);
      runs.push((await contender.run(model, file)).stages);
    }
  }
  return entries.map(({contender, model, runs}) => {
    model.dispose();
    const of = (stage: (typeof STAGES)[number]): Spread => spread(runs.map(run => run[stage]));
    const stages = {network: of('network'), crf: of('crf'), total: of('total')};
    return {network: network.name, contender: contender.name, stages};
  });
}

function rowsOf(figures: readonly Figures[]): string[][] {
  return figures.map(({network, contender, stages}) => {
    const mine = figures.find(other => other.network === network && other.contender === ours.name);
    const ratio = stages.total.min / (mine?.stages.total.min ?? NaN);
    const times = STAGES.map(stage => `${short(stages[stage].min)} (${short(stages[stage].median)})`);
    return [`${network}: ${contender}`, ...times, contender === ours.name ? '' : `${ratio.toFixed(2)} x`];
  });
}

async function main(): Promise<void> {
  concurrency(Number(options.threads));
  const [photograph] = photographs();
  const file = await sharp(photograph?.file).resize(WIDTH, HEIGHT, {fit: 'cover'}).png().toBuffer();
  const found = findPeers();
  if (typeof found === 'string') console.log(`Our figures alone: ${found}.`);
  const contenders = typeof found === 'string' ? [ours] : [ours, found];
  const figures: Figures[] = [];
  for (const network of benchNetworks()) figures.push(...(await measure(network, contenders, file)));
  if (typeof found !== 'string') await found.close();

  const {cpu, cores, node} = describeMachine();
  const head = ['ms, least (median)', ...STAGES, 'ratio'];
  const markdown = `## From a picture to its label map

\`npm run bench:segment\`: a PNG of ${WIDTH} x ${HEIGHT} through MobileNetV2 (513 x 513, output stride 16) and the CRF of \`${PRESET}\` to a PNG of labels, decoding and encoding included, at ${options.threads} threads. tfjs-node runs the graph as it was published, and its time does not count what it takes to hand arrays to Python and back. ${cpu}, ${cores} cores, Node.js ${node}, densecrf ${versions.densecrf}.

${table([head, ...rowsOf(figures)])}`;
  console.log(markdown);
  if (options.json !== undefined)
    writeFileSync(options.json, JSON.stringify({machine: describeMachine(), figures}, null, 2));
  if (!options['no-docs']) writeSection(new URL('../docs/benchmarks.md', import.meta.url), 'bench:segment', markdown);
}

if (options.help) console.log(usage);
else await main();
