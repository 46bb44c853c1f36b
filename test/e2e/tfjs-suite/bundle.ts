// tfjs-core's published specs and a backend, in one file with one tfjs-core.
import {readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';
import * as esbuild from 'esbuild';
import {nodeModules, root} from '../../../scripts/run.mjs';
import {tfjsNodeFolder} from '../../../scripts/tfjs-node.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const tfjsNode = join(tfjsNodeFolder, 'node_modules/@tensorflow/tfjs-node');

/** Files that ask where they lie are told where they lay before. */
const stayInPlace: esbuild.Plugin = {
  name: 'stay in place',
  setup(build) {
    build.onLoad({filter: /[/\\](src|scripts)[/\\].*\.(ts|mjs)$/}, ({path}) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)),
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    }));
    build.onLoad({filter: /tfjs-node[/\\]dist[/\\]index\.js$/}, ({path}) => ({
      contents: readFileSync(path, 'utf8')
        .replaceAll('__dirname', JSON.stringify(dirname(path)))
        .replaceAll(
          "'@mapbox/node-pre-gyp'",
          JSON.stringify(join(tfjsNodeFolder, 'node_modules/@mapbox/node-pre-gyp')),
        ),
    }));
  },
};

/** @param backend a file of `backends/` @returns the bundle's path */
export async function bundle(backend: string): Promise<string> {
  const outfile = join(root, 'build/tfjs-suite', `${backend}.cjs`);
  const modules = [
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js',
    '@tensorflow/tfjs-core/dist/register_all_gradients.js',
    ...(backend.startsWith('tensorflow') ? [join(tfjsNode, 'dist/index.js')] : []),
    `./backends/${backend}.ts`,
    '@tensorflow/tfjs-core/dist/tests.js',
  ];
  await esbuild.build({
    stdin: {contents: modules.map(module => `import ${JSON.stringify(module)};`).join('\n'), resolveDir: here},
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    // The ES modules, which the specs import by relative paths: with another form there would be two engines.
    mainFields: ['module', 'main'],
    // The packages' lists of side effects would drop nearly every spec.
    ignoreAnnotations: true,
    external: ['jasmine-core', 'node-gyp-build', 'sharp', join(tfjsNodeFolder, 'node_modules/@mapbox/*')],
    nodePaths: [nodeModules],
    plugins: [stayInPlace],
    logLevel: 'error',
  });
  return outfile;
}
