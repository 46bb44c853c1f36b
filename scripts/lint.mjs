#!/usr/bin/env node
// Every check of the sources that needs no build, each run to its end. `--fix` mends what can be mended.
import {spawnSync} from 'node:child_process';
import {readFileSync, readdirSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {format} from '@wasm-fmt/clang-format';
import {wrongImports} from './check-imports.mjs';
import {root, toolSucceeds} from './run.mjs';

const fix = process.argv.includes('--fix');

/** clang-format by its library: its program prints every difference, but the files' names are enough. */
function clangFormat() {
  const style = readFileSync(join(root, '.clang-format'), 'utf8');
  const differing = ['cpp', 'binding', 'bench']
    .flatMap(folder =>
      readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'}).map(path => join(root, folder, path)),
    )
    .filter(path => /\.(h|cpp|cc)$/.test(path))
    .filter(path => {
      const text = readFileSync(path, 'utf8');
      const formatted = format(text, path, style);
      if (fix && formatted !== text) writeFileSync(path, formatted);
      return formatted !== text;
    });
  for (const path of differing) console.log(`${fix ? 'formatted' : 'not formatted'}: ${relative(root, path)}`);
  return fix || differing.length === 0;
}

/** @type {Record<string, () => boolean>} */
const checks = {
  eslint: () => toolSucceeds('eslint/bin/eslint.js', ['.', '--max-warnings=0', ...(fix ? ['--fix'] : [])]),
  prettier: () => toolSucceeds('prettier/bin/prettier.cjs', ['.', '--log-level=warn', fix ? '--write' : '--check']),
  'clang-format': clangFormat,
  imports: () => {
    const wrong = wrongImports(root);
    for (const line of wrong) console.error(line);
    return wrong.length === 0;
  },
  // git grep succeeds when it finds something.
  merges: () => spawnSync('git', ['grep', '-nE', '^(<{7}|>{7}) '], {cwd: root, stdio: 'inherit'}).status !== 0,
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
