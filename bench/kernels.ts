// npm run bench:kernels: the kernels of the dense CRF alone, per instruction set, with their share of what the machine could do;
// writes what cpp/bench/kernels_bench.cpp prints into a section of docs/benchmarks.md. `--only conv`, `depthwise` and `gradient`
// run the programs of the convolutions, which take minutes each, and only print.
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {versions} from '../src/index.ts';
import {writeSection} from './lib/document.ts';
import {root, run, runAll} from './lib/install.ts';
import {describeMachine} from './lib/machine.ts';

const {values: options} = parseArgs({
  options: {only: {type: 'string', default: 'kernels'}, 'no-docs': {type: 'boolean', default: false}},
});

const build = join(root, 'build/bench-kernels');
const programs = readdirSync(join(root, 'cpp/bench'))
  .filter(file => file.endsWith('_bench.cpp'))
  .map(file => file.replace(/\.cpp$/, ''))
  .filter(name => name.includes(options.only));

const failed = runAll([
  ['cmake', '-S', root, '-B', build, '-DCMAKE_BUILD_TYPE=Release', '-DDENSECRF_BENCH=ON', '-DDENSECRF_TESTS=OFF'],
  ['cmake', '--build', build, '--parallel', '--target', ...programs],
]);
if (failed !== undefined) throw new Error(failed);

const machine = describeMachine();
const parts = [
  '## The kernels alone',
  `Measured on ${new Date().toISOString().slice(0, 10)} with \`npm run bench:kernels\`: one thread, arrays as a picture of 500x375 makes them.
What a kernel moves and computes per unit of work, against copying within memory of that size and against chains of
multiply-adds, both measured in the same run. Rows that a cache serves several times over can pass 100 % of copying.

- Machine: ${machine.cpu}, ${machine.cores} cores, ${machine.system}
- densecrf ${versions.densecrf}`,
];
for (const name of programs) {
  const {succeeded, output} = run(join(build, 'cpp', name), []);
  if (!succeeded) throw new Error(`${name} failed:\n${output}`);
  console.log(`${name}\n${output}`);
  parts.push(`### ${name}`, `\`\`\`text\n${output.trimEnd()}\n\`\`\``);
}
if (!options['no-docs'] && options.only === 'kernels') {
  writeSection(new URL('../docs/benchmarks.md', import.meta.url), 'bench:kernels', parts.join('\n\n'));
}
