import test from 'ava';
import {closingLine, sum, tallyCtest, tallyTap} from '../../../scripts/tally.mjs';

test('adds up what each C++ program says', t => {
  const output = `
test 1
    Start 1: check_test
1: 3 passed, 0 failed, 1 skipped
1/2 Test #1: check_test ............   Passed    0.01 sec
test 2
2: a.cpp:3: 1 == 2: 1 and 2
2: 4 passed, 2 failed, 0 skipped
2/2 Test #2: lattice/key_test ......***Failed    0.01 sec
`;
  t.deepEqual(tallyCtest(output), {passed: 7, failed: 2, skipped: 1});
});

test('counts a C++ program that crashed or was not there as a failed test', t => {
  const output = `
1/3 Test  #1: crf/crf_test .........***Exception: SegFault  0.01 sec
2: 1 passed, 0 failed, 0 skipped
2/3 Test  #2: crf/exit_test ........***Failed    0.01 sec
3/3 Test  #3: gone_test ............***Not Run   0.01 sec
`;
  t.deepEqual(tallyCtest(output), {passed: 1, failed: 3, skipped: 0});
});

test('counts in the Test Anything Protocol', t => {
  const output = `TAP version 13
ok 1 - a
not ok 2 - b
  ---
    message: ok 7 is not what was said
  ...
ok 3 - c # SKIP
not ok 4 - d # TODO
ok 5 - e
1..5
`;
  t.deepEqual(tallyTap(output), {passed: 2, failed: 1, skipped: 2});
});

test('finds nothing in nothing', t => {
  t.is(closingLine(sum([tallyCtest('No tests were found!!!'), tallyTap('')])), '0 passed, 0 failed, 0 skipped');
});
