import {readdir} from 'node:fs/promises';
import test from 'ava';
import {vocPalette} from '../../../src/io/colours.ts';
import {encodeLabelPng} from '../../../src/io/label-png.ts';
import {densecrf, Folder, HEIGHT, POINTS, PROBABILITIES, TRUTH, WIDTH} from './fixtures.ts';

const logits = PROBABILITIES.map(p => Math.log(p));

const bad: Record<string, [makeInput: (folder: Folder) => Promise<string>, message: RegExp, options?: string[]]> = {
  'logits without --logits': [
    folder => folder.array('p.npy', logits, [HEIGHT, WIDTH, 2]),
    /Expected .*p\.npy to hold probabilities from 0 to 1 but found -1\.20\d+ at \[0, 0, 0\]: if these are logits, say --logits/,
  ],
  'NaN probabilities': [
    folder =>
      folder.array(
        'p.npy',
        PROBABILITIES.map((p, i) => (i === 53 ? NaN : p)),
        [HEIGHT, WIDTH, 2],
      ),
    /Expected .*p\.npy to hold finite values but found NaN at \[1, 2, 1\]/,
  ],
  'infinite logits': [
    folder =>
      folder.array(
        'p.npy',
        logits.map((p, i) => (i === 0 ? Infinity : p)),
        [HEIGHT, WIDTH, 2],
      ),
    /Expected .*p\.npy to hold finite values but found Infinity at \[0, 0, 0\]/,
    ['--logits'],
  ],
  'doubles beyond floats': [
    folder =>
      folder.array(
        'p.npy',
        Array.from(logits, () => 1e300),
        [HEIGHT, WIDTH, 2],
        'float64',
      ),
    /finite values but found Infinity/,
    ['--logits'],
  ],
  'width and height swapped': [
    folder => folder.array('p.npy', PROBABILITIES, [WIDTH, HEIGHT, 2]),
    /width and height look swapped/,
  ],
  'another size': [
    folder => folder.array('p.npy', new Float32Array(64 * 64 * 2), [64, 64, 2]),
    /no larger than the picture/,
  ],
  'another number of labels': [folder => folder.probabilities(), /\[height, width, 5\]/, ['--labels', '5']],
  'integers with labels': [
    folder => folder.array('p.npy', new Uint8Array(2 * POINTS), [HEIGHT, WIDTH, 2], 'uint8'),
    /hold floats, or integer labels \[height, width\] but found uint8 of shape \[16, 24, 2\]/,
  ],
  'a mask taken for labels': [
    folder =>
      folder.write(
        'm.png',
        encodeLabelPng({width: WIDTH, height: HEIGHT, labels: TRUTH.map(v => 255 * v)}, vocPalette(256)),
      ),
    /to hold labels but found 255: say --foreground if it is a mask/,
  ],
  'a label beyond --labels': [
    folder =>
      folder.write(
        'm.png',
        encodeLabelPng({width: WIDTH, height: HEIGHT, labels: TRUTH.map(v => 7 * v)}, vocPalette(8)),
      ),
    /labels from 0 to 3 but received 7/,
    ['--labels', '4'],
  ],
  'an RGB label picture': [
    folder => folder.picture('l.png'),
    /hold labels \(a palette or grey PNG\) but found RGB pixels/,
  ],
  'another kind of file': [
    folder => folder.write('p.txt', 'hello'),
    /be a \.npy array, a label PNG or, with --foreground, a mask/,
  ],
  'a file that is not there': [folder => Promise.resolve(folder.at('none.npy')), /Cannot read .*none\.npy: ENOENT/],
  'a canvas that is too small': [
    folder => folder.probabilities(),
    /Expected --canvas to hold the picture .* received 20x20/,
    ['--canvas', '20'],
  ],
};
for (const [what, [makeInput, message, options = []]] of Object.entries(bad)) {
  test(`fails on ${what}, leaving no output`, async t => {
    const folder = await Folder.create(t);
    const [image, input] = [await folder.picture(), await makeInput(folder)];
    const before = await readdir(folder.path);
    const {code, out, err} = await densecrf('refine', image, input, '-o', folder.at('o.png'), ...options);
    t.is(code, 1);
    t.is(out, '');
    t.regex(err, message);
    t.regex(err, /^densecrf: [^\n]+\n$/);
    t.deepEqual(await readdir(folder.path), before);
  });
}
