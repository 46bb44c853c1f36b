import test from 'ava';
import {parseOptions} from '../../../src/cli/options.ts';
import {UsageError} from '../../../src/cli/usage-error.ts';

const TABLE = {
  output: {short: 'o', value: 'FILE', help: ''},
  compat: {value: 'W', help: ''},
  preset: {value: 'NAME', help: ''},
  json: {help: ''},
} as const;

const parse = (...argv: string[]): ReturnType<typeof parseOptions<keyof typeof TABLE>> => parseOptions(argv, TABLE);

test('reads options in every spelling, and arguments between them', t => {
  for (const argv of [['-o', 'x'], ['-ox'], ['--output', 'x'], ['--output=x'], ['-o', 'y', '-o', 'x']]) {
    t.is(parse(...argv).text('output'), 'x');
  }
  const args = parse('a', '--json', 'b', '--', '--c');
  t.true(args.has('json'));
  t.false(args.has('output'));
  t.deepEqual(args.positionals, ['a', 'b', '--c']);
});

test('takes - and negative numbers as values', t => {
  t.is(parse('-o', '-').text('output'), '-');
  t.deepEqual(
    parse('--compat', '-4,-3.5').numbers('compat', () => true, ''),
    [-4, -3.5],
  );
  t.deepEqual(parse('-').positionals, ['-']);
});

test('names the option that is unknown, lacks its value or has one too many', t => {
  const wrong = (argv: string[], message: string): void => {
    t.throws(() => parse(...argv), {instanceOf: UsageError, message});
  };
  wrong(['--outptu', 'x'], 'Unknown option --outptu (did you mean --output?)');
  wrong(['--zzz'], 'Unknown option --zzz');
  wrong(['-x'], 'Unknown option -x');
  wrong(['--output'], 'Expected FILE after --output');
  wrong(['--output', '--json'], 'Expected FILE after --output');
  wrong(['--json=yes'], '--json takes no value but received yes');
  wrong(['--constructor'], 'Unknown option --constructor');
});

test('reads numbers and says what it expected', t => {
  const args = parse('--compat', '3,4.5', '--preset', '7');
  t.deepEqual(
    args.numbers('compat', () => true, ''),
    [3, 4.5],
  );
  t.is(args.integer('preset', 0), 7);
  t.is(args.integer('output', 0), undefined);
  t.throws(() => args.number('compat', () => true, 'one number'), {
    message: 'Expected --compat to be one number but received 3,4.5',
  });
  t.throws(() => args.integer('preset', 8), {
    message: 'Expected --preset to be an integer of 8 or more but received 7',
  });
  t.throws(() => args.integer('preset', 1, 5), {
    message: 'Expected --preset to be an integer from 1 to 5 but received 7',
  });
  for (const text of ['x', '', '1,', 'NaN', 'Infinity', '1e999', '0x']) {
    t.throws(() => parse(`--compat=${text}`).numbers('compat', () => true, 'numbers'), {instanceOf: UsageError});
  }
});

test('reads one of a few words and suggests the nearest', t => {
  t.is(parse('--preset', 'crf-rnn').choice('preset', ['crf-rnn', 'other']), 'crf-rnn');
  t.throws(() => parse('--preset', 'crf-rn').choice('preset', ['crf-rnn', 'other']), {
    message: 'Expected --preset to be one of crf-rnn, other but received crf-rn (did you mean crf-rnn?)',
  });
});
