#!/usr/bin/env node
// Every check of the sources that needs no build, each run to its end. `--fix` mends what can be mended.
import {readdirSync} from 'node:fs';
import {join} from 'node:path';
import {wrongImports} from './check-imports.mjs';
import {root, toolSucceeds} from './run.mjs';

const fix = process.argv.includes('--fix');

const cppFiles = ['cpp', 'binding'].flatMap(folder =>
  readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
    .filter(path => /\.(h|cpp|cc)$/.test(path))
    .map(path => join(folder, path)),
);

/** @type {Record<string, () => boolean>} */
const checks = {
  eslint: () => toolSucceeds('eslint/bin/eslint.js', ['.', '--max-warnings=0', ...(fix ? ['--fix'] : [])]),
  prettier: () => toolSucceeds('prettier/bin/prettier.cjs', ['.', '--log-level=warn', fix ? '--write' : '--check']),
  'clang-format': () =>
    toolSucceeds('@wasm-fmt/clang-format/clang-format-cli.cjs', [
      ...(fix ? ['-i'] : ['--dry-run', '-Werror', '--ferror-limit=20']),
      ...cppFiles,
    ]),
  imports: () => {
    const wrong = wrongImports(root);
    for (const line of wrong) console.error(line);
    return wrong.length === 0;
  },
  tsc: () =>
    ['tsconfig.json', 'tsconfig.build.json']
      .map(project => toolSucceeds('typescript/bin/tsc', ['--noEmit', '-p', project]))
      .every(passes => passes),
};

const failed = Object.entries(checks)
  .filter(([name, check]) => {
    const passes = check();
    console.log(`${passes ? 'ok    ' : 'FAILED'} ${name}`);
    return !passes;
  })
  .map(([name]) => name);
process.exitCode = failed.length > 0 ? 1 : 0;
