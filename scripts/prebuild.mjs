#!/usr/bin/env node
// Builds prebuilds/<platform>-<arch>/densecrf[.<libc>].node: `prebuild.mjs [platform-arch...]`, this machine's if
// none is named. npm runs it before it packs.
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {main, root, toolSucceeds} from './run.mjs';

/** How to build for another machine than this one. */
const CROSS = {
  'linux-arm64': {toolchain: 'cmake/toolchains/linux-arm64.cmake', strip: 'aarch64-linux-gnu-strip'},
};

/** @param {string} target such as `linux-x64` */
function prebuild(target) {
  const [platform = '', arch = ''] = target.split('-');
  const isHost = target === `${process.platform}-${process.arch}`;
  const cross = isHost ? undefined : Object.entries(CROSS).find(([name]) => name === target)?.[1];
  if (!isHost && !cross)
    throw new Error(`No toolchain is known for ${target}; known: ${Object.keys(CROSS).join(', ')}`);
  const cwd = join(root, 'build/prebuild', target);
  mkdirSync(cwd, {recursive: true});
  if (cross) process.env.DENSECRF_TOOLCHAIN = cross.toolchain;
  const options = {
    name: 'densecrf',
    cwd,
    out: root,
    platform,
    arch,
    'node-gyp': join(root, 'scripts/node-gyp-shim.mjs'),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  args.push('--napi', '--strip', '--strip-bin', cross?.strip ?? 'strip');
  if (platform === 'linux') args.push('--tag-libc');
  if (!toolSucceeds('prebuildify/bin.js', args)) throw new Error(`No binary was built for ${target}`);
}

await main(() => {
  const targets = process.argv.slice(2);
  for (const target of targets.length > 0 ? targets : [`${process.platform}-${process.arch}`]) prebuild(target);
});
