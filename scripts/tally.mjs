// Reads what test programs print and counts it.

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/** @returns {Tally} */
function nothing() {
  return {passed: 0, failed: 0, skipped: 0};
}

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function sum(tallies) {
  const total = nothing();
  for (const {passed, failed, skipped} of tallies) {
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  return total;
}

/**
 * @param {Tally} tally
 * @returns {string} the line that closes a test run
 */
export function closingLine({passed, failed, skipped}) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/**
 * Counts the tests in the output of `ctest --verbose`, whose programs each end with a closing line. A program
 * that fails without counting a failure (it crashed, or never ran) is one more failed test.
 *
 * @param {string} output
 * @returns {Tally}
 */
export function tallyCtest(output) {
  const programs = new Map(
    [...output.matchAll(/^\s*\d+\/\d+ Test\s+#(\d+): .*?(Passed|\*\*\*)/gm)].map(([, number = '', result = '']) => [
      number,
      {...nothing(), failed: result === 'Passed' ? 0 : 1},
    ]),
  );
  for (const [, number = '', passed, failed, skipped] of output.matchAll(
    /^(\d+): (\d+) passed, (\d+) failed, (\d+) skipped$/gm,
  )) {
    const program = programs.get(number) ?? nothing();
    program.passed = Number(passed);
    program.failed = Math.max(program.failed, Number(failed));
    program.skipped = Number(skipped);
    programs.set(number, program);
  }
  return sum([...programs.values()]);
}

/**
 * Counts the tests in the Test Anything Protocol.
 *
 * @param {string} output
 * @returns {Tally}
 */
export function tallyTap(output) {
  const tally = nothing();
  for (const [, not, directive] of output.matchAll(/^(not )?ok \d+(?:.*?# (SKIP|TODO))?/gm)) {
    if (directive) tally.skipped++;
    else if (not) tally.failed++;
    else tally.passed++;
  }
  return tally;
}
