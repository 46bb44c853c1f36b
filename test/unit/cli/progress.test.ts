import {Writable} from 'node:stream';
import test from 'ava';
import {Progress} from '../../../src/cli/progress.ts';
import type {Terminal} from '../../../src/cli/terminal.ts';

function terminal(isTTY: boolean, env: Terminal['env'] = {}): {terminal: Terminal; written: () => string} {
  let text = '';
  const stderr = Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        text += chunk.toString();
        done();
      },
    }),
    {isTTY},
  );
  return {terminal: {stdout: new Writable(), stderr, env}, written: () => text};
}

test('draws nothing where stderr is no terminal, but lines', t => {
  for (const [isTTY, env, quiet] of [
    [false, {}, false],
    [true, {TERM: 'dumb'}, false],
    [true, {}, true],
  ] as const) {
    const {terminal: screen, written} = terminal(isTTY, env);
    const progress = new Progress(screen, quiet);
    progress.show(1, 2, 'a.png');
    progress.line('done');
    progress.clear();
    t.is(written(), 'done\n');
  }
});

test('draws a bar and takes it away', t => {
  const {terminal: screen, written} = terminal(true);
  const progress = new Progress(screen);
  progress.show(1, 4, 'a.png');
  t.true(written().includes('━'.repeat(7)));
  t.true(written().endsWith('1/4 a.png'));
  progress.clear();
  t.true(written().endsWith('\r\x1b[2K'));
});

test('draws the bar again under a line', t => {
  const {terminal: screen, written} = terminal(true, {NO_COLOR: '1'});
  const progress = new Progress(screen);
  progress.show(2, 4, 'a.png');
  progress.line('hello');
  t.regex(written(), /hello\n━+─+ 2\/4 a\.png$/);
});

test('respects NO_COLOR', t => {
  const {terminal: screen, written} = terminal(true, {NO_COLOR: '1'});
  new Progress(screen).show(1, 2, 'a.png');
  t.false(written().includes('\x1b[3'));
  t.false(written().includes('\x1b[9'));
});
