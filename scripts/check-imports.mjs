#!/usr/bin/env node
// Imports go one way. C++: base <- simd <- kernels <- dispatch <- {lattice, conv, tensor} <- crf; the public headers see
// nothing else, the binding sees the public headers alone, and nothing under cpp/ knows Node. TypeScript:
// {native, core} <- {crf, ops, io} <- tfjs <- deeplab <- cli; the root never sees tfjs; no file imports
// itself by way of others.
import {readFileSync, readdirSync, existsSync} from 'node:fs';
import {dirname, join, relative, sep} from 'node:path';
import ts from 'typescript';
import {isMain, root} from './run.mjs';

/** What the floors of cpp/src may include, beside themselves and the public headers. */
const CPP_FLOORS = new Map([
  ['base', []],
  ['simd', ['base']],
  ['kernels', ['base', 'simd']],
  ['dispatch', ['base', 'simd', 'kernels']],
  ['lattice', ['base', 'simd', 'kernels', 'dispatch']],
  ['conv', ['base', 'simd', 'kernels', 'dispatch']],
  ['tensor', ['base', 'simd', 'kernels', 'dispatch']],
  ['crf', ['base', 'simd', 'kernels', 'dispatch', 'lattice', 'conv']],
]);

/** What the floors of src may import, beside themselves. The files of src itself are the floor `index`. */
const TS_FLOORS = new Map([
  ['core', ['native']],
  ['native', ['core']],
  ['crf', ['core', 'native']],
  ['ops', ['core', 'native']],
  ['io', ['core', 'native']],
  ['index', ['core', 'native', 'crf', 'ops', 'io']],
  ['tfjs', ['core', 'native', 'crf', 'ops', 'io']],
  ['deeplab', ['core', 'native', 'crf', 'ops', 'io', 'tfjs']],
  ['cli', ['core', 'native', 'crf', 'ops', 'io', 'index', 'tfjs', 'deeplab']],
]);

/** The packages that only some floors may import. Every other package is a mistake, apart from Node's own modules. */
const TS_PACKAGES = new Map([
  ['node-gyp-build', ['native']],
  ['sharp', ['io']],
  ['@tensorflow/', ['tfjs', 'deeplab']],
]);

/**
 * @param {string} folder
 * @param {RegExp} name
 * @returns {string[]} the paths of its files, at any depth
 */
function filesIn(folder, name) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, {recursive: true, encoding: 'utf8'})
    .filter(path => name.test(path))
    .map(path => join(folder, path))
    .sort();
}

/**
 * The first folder of a path below another; `index` for a file that lies there itself.
 *
 * @param {string} folder
 * @param {string} path
 * @returns {string}
 */
function floorOf(folder, path) {
  const [first = '', ...rest] = relative(folder, path).split(sep);
  return rest.length === 0 && first.includes('.ts') ? 'index' : first;
}

/**
 * @param {string} path a C++ file
 * @returns {string[]} what it includes
 */
function includesOf(path) {
  return [...readFileSync(path, 'utf8').matchAll(/^\s*#\s*include\s*["<]([^">]+)[">]/gm)].map(match => match[1] ?? '');
}

/**
 * @param {string} project
 * @param {string} path a C++ file
 * @param {string} include
 * @returns {string | undefined} why it must not include that
 */
function cppProblem(project, path, include) {
  const isNode = /^(napi|node_api|js_native_api|node|uv|v8)\b/.test(include);
  const isPublic = include.startsWith('densecrf/');
  const isInternal = !isPublic && existsSync(join(project, 'cpp/src', include));
  const place = relative(project, path).split(sep).join('/');
  if (place.startsWith('binding/')) return isInternal ? 'the binding sees the public headers alone' : undefined;
  if (isNode) return 'nothing under cpp/ knows Node';
  if (include.startsWith('binding/') || include.includes('../')) return 'an include starts at cpp/src or cpp/include';
  if (place.startsWith('cpp/include/')) return isInternal ? 'a public header sees public headers alone' : undefined;
  if (!place.startsWith('cpp/src/') || !isInternal) return undefined;
  const floor = floorOf(join(project, 'cpp/src'), path);
  const target = include.split('/')[0] ?? '';
  const below = CPP_FLOORS.get(floor);
  if (!below) return `cpp/src/${floor} is no floor of the house`;
  return target === floor || below.includes(target) ? undefined : `${floor} stands below ${target} or beside it`;
}

/**
 * @param {string} path a TypeScript file
 * @returns {string[]} the modules it imports, types and dynamic imports included
 */
function importsOf(path) {
  return ts.preProcessFile(readFileSync(path, 'utf8'), true, true).importedFiles.map(file => file.fileName);
}

/**
 * @param {string} floor
 * @param {string} specifier
 * @returns {string | undefined} why it must not import that package
 */
function packageProblem(floor, specifier) {
  if (specifier.startsWith('node:')) return undefined;
  const entry = [...TS_PACKAGES].find(([name]) => specifier === name || specifier.startsWith(name));
  if (!entry) return 'it is not among the packages that src may import';
  return entry[1].includes(floor) ? undefined : `only ${entry[1].join(', ')} may import it`;
}

/**
 * @param {string} source the folder src
 * @param {string} path a TypeScript file
 * @param {string} specifier
 * @returns {string | undefined} why it must not import that
 */
function tsProblem(source, path, specifier) {
  const floor = floorOf(source, path);
  const below = TS_FLOORS.get(floor);
  if (!below) return `src/${floor} is no floor of the house`;
  if (!specifier.startsWith('.')) return packageProblem(floor, specifier);
  const target = join(dirname(path), specifier);
  const targetFloor = floorOf(source, target);
  if (targetFloor === '..')
    return relative(source, target) === join('..', 'package.json') ? undefined : 'it is outside src';
  if (targetFloor === floor || below.includes(targetFloor)) return undefined;
  return `${floor} stands below ${targetFloor} or beside it`;
}

/**
 * @param {string} source the folder src
 * @returns {string[]} one line for each file that imports itself by way of others
 */
function importCycles(source) {
  const graph = new Map(
    filesIn(source, /\.ts$/).map(path => [
      path,
      importsOf(path)
        .filter(name => name.startsWith('.'))
        .map(name => join(dirname(path), name)),
    ]),
  );
  return [...graph.keys()]
    .filter(start => {
      const seen = new Set();
      const waiting = [...(graph.get(start) ?? [])];
      for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
        if (seen.has(path)) continue;
        seen.add(path);
        waiting.push(...(graph.get(path) ?? []));
      }
      return seen.has(start);
    })
    .map(path => `src/${relative(source, path)} imports itself by way of others`);
}

/**
 * @param {string} project a folder with cpp/, binding/ and src/
 * @returns {string[]} one line for each import that is wrong
 */
export function wrongImports(project) {
  const source = join(project, 'src');
  const cpp = ['cpp', 'binding'].flatMap(folder => filesIn(join(project, folder), /\.(h|inc|cpp|cc)$/));
  const found = [
    ...cpp.flatMap(path => includesOf(path).map(name => ({path, name, why: cppProblem(project, path, name)}))),
    ...filesIn(source, /\.ts$/).flatMap(path =>
      importsOf(path).map(name => ({path, name, why: tsProblem(source, path, name)})),
    ),
  ];
  const wrong = found
    .filter(({why}) => why !== undefined)
    .map(({path, name, why}) => `${relative(project, path)} must not import ${name}: ${why ?? ''}`);
  return [...wrong, ...importCycles(source)];
}

if (isMain(import.meta.url)) {
  const wrong = wrongImports(root);
  for (const line of wrong) console.error(line);
  process.exitCode = wrong.length > 0 ? 1 : 0;
}
