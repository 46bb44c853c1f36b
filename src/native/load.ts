import {createRequire} from 'node:module';
import {fileURLToPath} from 'node:url';
import nodeGypBuild from 'node-gyp-build';
import {oneOf} from '../core/describe.ts';
import {DenseCrfError} from '../core/errors.ts';
import type {NativeAddon} from './addon.ts';

const require = createRequire(import.meta.url);
// From src/native and from lib/native alike.
const packageRoot = fileURLToPath(new URL('../..', import.meta.url));

let loaded: NativeAddon | undefined;

/**
 * The native addon, loaded when it is first needed: the file that the environment's DENSECRF_BINARY names, else
 * build/Release/densecrf.node, else the fitting one in prebuilds/.
 *
 * @throws {DenseCrfError} `ERR_NATIVE_LOAD` if there is none, it does not load, or DENSECRF_ISA names an instruction
 * set that it does not offer on this machine
 */
export function native(): NativeAddon {
  return (loaded ??= withKnownIsa(load(process.env.DENSECRF_BINARY)));
}

function load(chosen: string | undefined): NativeAddon {
  let path = chosen;
  try {
    path ??= nodeGypBuild.resolve(packageRoot);
    const addon: unknown = require(path);
    if (isNativeAddon(addon)) return addon;
    throw new Error('the file is not the native addon of densecrf');
  } catch (error) {
    throw new DenseCrfError('ERR_NATIVE_LOAD', explain(path, error), {cause: error});
  }
}

function isNativeAddon(value: unknown): value is NativeAddon {
  return typeof value === 'object' && value !== null && 'isas' in value && 'DenseCrf' in value;
}

function explain(path: string | undefined, error: unknown): string {
  // Only the first line: Node adds where a module was required from, which helps nobody here.
  const [reason = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  const tried =
    path ?? `build/Release/densecrf.node and prebuilds/${process.platform}-${process.arch} in ${packageRoot}`;
  return `The native addon of densecrf could not be loaded on ${process.platform}-${process.arch} with Node.js ${process.versions.node}.
Tried: ${tried}
Reason: ${reason}
What helps:
- if node_modules was copied from another platform, install on this one: npm ci
- build it here: npx densecrf build (needs CMake and a C++20 compiler)
- if it lies elsewhere, as after bundling, name the file in the environment variable DENSECRF_BINARY`;
}

function withKnownIsa(addon: NativeAddon): NativeAddon {
  const wanted = process.env.DENSECRF_ISA;
  if (!wanted || addon.isas().includes(wanted)) return addon;
  throw new DenseCrfError(
    'ERR_NATIVE_LOAD',
    `Expected the environment variable DENSECRF_ISA to be ${oneOf(addon.isas())} on this machine but received '${wanted}'`,
  );
}
