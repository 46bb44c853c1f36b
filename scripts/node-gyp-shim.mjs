#!/usr/bin/env node
// prebuildify runs this as `node-gyp rebuild ...` in the build folder of one target, where it then looks
// for build/Release/*.node. Targets never share a folder: a cross build leaves a foreign binary behind.
import {join, resolve} from 'node:path';
import {buildNative} from './build-native.mjs';
import {main, root} from './run.mjs';

const {PREBUILD_ARCH, DENSECRF_TOOLCHAIN} = process.env;
await main(() =>
  buildNative({
    out: join(process.cwd(), 'build'),
    ...(PREBUILD_ARCH ? {arch: PREBUILD_ARCH} : {}),
    defines: DENSECRF_TOOLCHAIN ? {CMAKE_TOOLCHAIN_FILE: resolve(root, DENSECRF_TOOLCHAIN)} : {},
  }),
);
