import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import test from 'ava';
import {root} from '../../../scripts/run.mjs';
import {wrongImports} from '../../../scripts/check-imports.mjs';

/** What the check says of a project made of these files. */
function check(files: Record<string, string>): string[] {
  const project = mkdtempSync(join(tmpdir(), 'densecrf-imports-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(project, dirname(path)), {recursive: true});
      writeFileSync(join(project, path), text);
    }
    return wrongImports(project);
  } finally {
    rmSync(project, {recursive: true});
  }
}

test('finds nothing wrong in this repository', t => {
  t.deepEqual(wrongImports(root), []);
});

test('lets each floor see those below it', t => {
  const wrong = check({
    'cpp/src/base/arena.h': '#include <vector>\n#include "densecrf/status.h"\n',
    'cpp/src/crf/mean_field.cpp': '#include "base/arena.h"\n#include "lattice/lattice.h"\n',
    'cpp/src/lattice/lattice.h': '#include "base/arena.h"\n',
    'binding/crf.cc': '#include <napi.h>\n#include "densecrf/crf.h"\n#include "job.h"\n',
    'src/core/errors.ts': "import {inspect} from 'node:util';\n",
    'src/index.ts': "export {DenseCRF} from './crf/dense-crf.ts';\n",
    'src/crf/dense-crf.ts': "import {check} from '../core/errors.ts';\n",
    'src/cli/main.ts': "import {refine} from '../index.ts';\nconst tfjs = await import('../tfjs/index.ts');\n",
    'src/tfjs/index.ts': "import type {Tensor} from '@tensorflow/tfjs-core';\n",
  });
  t.deepEqual(wrong, []);
});

const wrongOnes: [string, Record<string, string>, RegExp][] = [
  ['C++ upwards', {'cpp/src/base/a.h': '#include "crf/b.h"', 'cpp/src/crf/b.h': ''}, /base stands below crf/],
  [
    'C++ sideways',
    {'cpp/src/conv/a.h': '#include "lattice/b.h"', 'cpp/src/lattice/b.h': ''},
    /conv stands below lattice/,
  ],
  ['an unknown C++ floor', {'cpp/src/attic/a.h': '#include "base/b.h"', 'cpp/src/base/b.h': ''}, /attic is no floor/],
  [
    'a public header that sees the core',
    {'cpp/include/densecrf/a.h': '#include "base/b.h"', 'cpp/src/base/b.h': ''},
    /public headers alone/,
  ],
  [
    'a binding that sees the core',
    {'binding/a.cc': '#include "base/b.h"', 'cpp/src/base/b.h': ''},
    /public headers alone/,
  ],
  ['a core that knows Node', {'cpp/src/base/a.cpp': '#include <napi.h>'}, /knows Node/],
  ['TypeScript upwards', {'src/crf/a.ts': "import '../cli/main.ts';"}, /crf stands below cli/],
  ['TypeScript sideways', {'src/ops/a.ts': "export * from '../crf/b.ts';"}, /ops stands below crf/],
  ['a root that sees tfjs', {'src/index.ts': "export * from './tfjs/index.ts';"}, /index stands below tfjs/],
  ['a type import upwards', {'src/core/a.ts': "import type {B} from '../crf/b.ts';"}, /core stands below crf/],
  ['a dynamic import upwards', {'src/core/a.ts': "await import('../crf/b.ts');"}, /core stands below crf/],
  ['a package in the wrong place', {'src/crf/a.ts': "import sharp from 'sharp';"}, /only io may import it/],
  ['an unknown package', {'src/crf/a.ts': "import chalk from 'chalk';"}, /not among the packages/],
  ['a way out of src', {'src/crf/a.ts': "import '../../scripts/run.mjs';"}, /outside src/],
  ['a cycle', {'src/core/a.ts': "import './b.ts';", 'src/core/b.ts': "import './a.ts';"}, /imports itself/],
];

for (const [what, files, message] of wrongOnes) {
  test(`finds ${what}`, t => {
    const wrong = check(files);
    t.true(wrong.length > 0);
    t.regex(wrong[0]!, message);
  });
}
