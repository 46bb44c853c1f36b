// Arguments: a bundle of specs, and where the counts go. In a process of its own, as jasmine puts its functions into the global
// scope and the specs change TensorFlow.js' engine.
import {writeFileSync} from 'node:fs';
import {basename, dirname} from 'node:path';
import util from 'node:util';
import Jasmine from 'jasmine';
import type {Counts} from './specs.ts';

const [bundle = '', out = '', filter] = process.argv.slice(2);
// Removed from newer Node.js, still called by tfjs-node 4.22.
Object.assign(util, {isNullOrUndefined: (x: unknown) => x === null || x === undefined, isArray: Array.isArray});

const counts: Counts = {passed: 0, skipped: 0, failures: []};
const runner = new Jasmine({projectBaseDir: dirname(bundle)});
runner.exitOnCompletion = false;
runner.loadConfig({spec_dir: '.', spec_files: [basename(bundle)], random: false});
runner.clearReporters();
runner.addReporter({
  specDone({fullName, status, failedExpectations}) {
    if (status === 'passed') ++counts.passed;
    else if (status === 'failed')
      counts.failures.push({name: fullName, message: failedExpectations[0]?.message.slice(0, 300) ?? ''});
    else ++counts.skipped;
  },
});
await runner.execute(undefined, filter);
writeFileSync(out, JSON.stringify(counts, null, 1));
