#!/usr/bin/env node
// Says which of the tools that a build from source needs are missing or too old, and how to get them.
import {spawnSync} from 'node:child_process';
import {pathToFileURL} from 'node:url';

const CMAKE = [3, 20];
const NODE = [20, 19];

// What the sources need and older compilers lack; GCC has __builtin_shufflevector since version 12.
const PROBE = `
#include <concepts>
#include <span>
#include <thread>
#if !__has_builtin(__builtin_shufflevector)
#error "no __builtin_shufflevector"
#endif
template <std::integral T> T first(std::span<const T> values) { return values[0]; }
int main() { const int one[] = {1}; return first(std::span<const int>(one)); }
`;

const REMEDIES = {
  linux: `  Debian, Ubuntu: apt-get install cmake g++ make
  Fedora:         dnf install cmake gcc-c++ make
  Alpine:         apk add cmake g++ make`,
  darwin: `  macOS: xcode-select --install && brew install cmake`,
  win32: `  Windows: install MSYS2, then pacman -S mingw-w64-ucrt-x86_64-{gcc,cmake,ninja}`,
};

/**
 * @param {string} version
 * @param {readonly number[]} least
 */
function isAtLeast(version, least) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** @returns {string | undefined} what is wrong with Node.js */
function nodeProblem() {
  if (isAtLeast(process.versions.node, NODE)) return undefined;
  return `Node.js ${NODE.join('.')} or newer is needed, this is ${process.versions.node}`;
}

/** @returns {string | undefined} what is wrong with CMake */
function cmakeProblem() {
  const {status, stdout} = spawnSync('cmake', ['--version'], {encoding: 'utf8'});
  if (status !== 0) return `CMake ${CMAKE.join('.')} or newer is needed, and no cmake was found`;
  const version = /version (\S+)/.exec(stdout)?.[1] ?? '0';
  return isAtLeast(version, CMAKE) ? undefined : `CMake ${CMAKE.join('.')} or newer is needed, this is ${version}`;
}

/** @returns {string | undefined} what is wrong with the C++ compiler */
function compilerProblem() {
  const candidates = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++'];
  const found = candidates.filter(name => spawnSync(name, ['--version']).status === 0);
  if (found.length === 0) return `a C++20 compiler is needed, and none was found (${candidates.join(', ')})`;
  const works = found.some(
    name => spawnSync(name, ['-std=c++20', '-fsyntax-only', '-x', 'c++', '-'], {input: PROBE}).status === 0,
  );
  return works
    ? undefined
    : `GCC 12, Clang 14 or newer is needed; ${found.join(', ')} cannot compile the C++20 used here`;
}

/**
 * @returns {string | undefined} a text for people that says what is missing and how to get it; undefined if all is there
 */
export function missingTools() {
  const problems = [nodeProblem(), cmakeProblem(), compilerProblem()].filter(problem => problem !== undefined);
  if (problems.length === 0) return undefined;
  const remedy = Object.entries(REMEDIES).find(([platform]) => platform === process.platform)?.[1] ?? '';
  return [
    'densecrf cannot be built here:',
    ...problems.map(problem => `  - ${problem}`),
    'To install them:',
    remedy,
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const missing = missingTools();
  if (missing) console.error(missing);
  process.exitCode = missing ? 1 : 0;
}
