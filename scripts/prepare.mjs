#!/usr/bin/env node
// Builds a checkout. npm runs this after `npm ci` and before it packs, never where the package is installed.
import {buildNative} from './build-native.mjs';
import {isMain, main, toolSucceeds} from './run.mjs';

/** Compiles src/ into lib/. */
export function buildTypeScript() {
  if (!toolSucceeds('typescript/bin/tsc', ['-p', 'tsconfig.build.json'])) throw new Error('src/ does not compile');
}

if (isMain(import.meta.url)) {
  await main(() => {
    const isPacking = process.env.npm_command === 'pack' || process.env.npm_command === 'publish';
    if (!isPacking) buildNative(); // a package carries prebuilds/ instead
    buildTypeScript();
  });
}
