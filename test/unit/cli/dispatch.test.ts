import test from 'ava';
import {versions} from '../../../src/runtime.ts';
import {densecrf} from './fixtures.ts';

test('prints its version and its help', async t => {
  t.deepEqual(await densecrf('--version'), {code: 0, out: `${versions.densecrf}\n`, err: ''});
  const {code, out} = await densecrf('--help');
  t.is(code, 0);
  for (const command of ['refine', 'segment', 'info', 'build']) t.true(out.includes(`  ${command} `));
});

test('explains each command, however asked', async t => {
  for (const command of ['refine', 'segment', 'info', 'build']) {
    const {code, out, err} = await densecrf(command, '--help');
    t.is(code, 0);
    t.is(err, '');
    t.true(out.startsWith(`Usage: densecrf ${command}`));
    t.is((await densecrf('help', command)).out, out);
    t.is((await densecrf(command, '-h')).out, out);
    t.true(
      out.split('\n').every(line => line.length <= 100),
      'fits a terminal of 100 columns',
    );
  }
});

const wrong: Record<string, [argv: string[], message: string]> = {
  'no command': [[], 'Expected a command'],
  'an unknown command': [['refin'], 'Unknown command refin (did you mean refine?)'],
  'an unknown option': [['--vresion'], 'Unknown option --vresion (did you mean --version?)'],
  'an inherited name': [['toString'], 'Unknown command toString'],
  'no arguments': [['refine'], 'Expected IMAGE and PROBABILITIES'],
  'one argument': [['refine', 'a'], 'Expected PROBABILITIES'],
  'three arguments': [['refine', 'a', 'b', 'c', '-o', 'd'], 'Unexpected argument c'],
  'no output': [['refine', 'a', 'b'], 'Expected -o FILE or another output'],
  'stdin twice': [['refine', '-', '-', '-o', 'd'], 'Only one input can be -'],
  'stdout twice': [['refine', 'a', 'b', '-o', '-', '--json'], 'Only one result can go to standard output'],
  'an unknown preset': [
    ['refine', 'a', 'b', '--preset', 'crf-rn', '-o', 'd'],
    'Expected --preset to be one of pydensecrf, crf-rnn, deeplab-v1, deeplab-v2-vgg16, deeplab-v2-resnet101, ' +
      'weakly-supervised, weakly-supervised-wide but received crf-rn (did you mean crf-rnn?)',
  ],
  'an sxy of zero': [
    ['refine', 'a', 'b', '--bilateral-sxy', '0', '-o', 'd'],
    'Expected --bilateral-sxy to be a number above 0, or 2 of them with commas between but received 0',
  ],
  'too many sigmas': [
    ['refine', 'a', 'b', '--bilateral-srgb', '1,2', '-o', 'd'],
    'Expected --bilateral-srgb to be a number above 0, or 3 of them with commas between but received 1,2',
  ],
  'labels 0': [
    ['refine', 'a', 'b', '--labels', '0', '-o', 'd'],
    'Expected --labels to be an integer from 1 to 65535 but received 0',
  ],
  'a strange canvas': [
    ['refine', 'a', 'b', '--canvas', '5x', '-o', 'd'],
    'Expected --canvas to be a size, as 513 or 640x480, but received 5x',
  ],
  'a shard alone': [['refine', 'a', 'b', '--shard', '1/2', '-o', 'd'], '--shard needs --images'],
  'images alone': [['refine', '--images', 'a', '-o', 'd'], 'Expected --images and --inputs together'],
  'a batch without output': [['refine', '--images', 'a', '--inputs', 'b'], 'Expected -o OUTDIR'],
  'a batch with arguments': [
    ['refine', 'x', '--images', 'a', '--inputs', 'b', '-o', 'c'],
    'Unexpected argument x beside --images',
  ],
  'info with arguments': [['info', 'x'], 'Unexpected argument x'],
};
for (const [what, [argv, message]] of Object.entries(wrong)) {
  test(`wrong usage: ${what}`, async t => {
    const {code, out, err} = await densecrf(...argv);
    t.is(code, 2);
    t.is(out, '');
    const [first, second] = err.split('\n');
    t.is(first, `densecrf: ${message}`);
    t.regex(second ?? '', /^Try densecrf.* --help$/);
  });
}
