// The native half: a C++ program that the bench builds, and the libraries that it loads.
import {existsSync, mkdirSync, readdirSync} from 'node:fs';
import {availableParallelism} from 'node:os';
import {delimiter, join} from 'node:path';
import {peerFolder, root, run, runAll} from '../lib/install.ts';
import {WorkerProcess} from '../lib/worker-process.ts';

const source = join(root, 'bench/ops/native');
const build = join(root, 'build/bench-ops');
const python = peerFolder('onednn');
const debian = peerFolder('debian');

/** Debian's packages, and what they need beyond any C++ program. */
const debianPackages = ['libdnnl-dev', 'libxnnpack-dev', 'libpthreadpool-dev'];
const neededInTurn = /^(lib(dnnl|xnnpack|pthreadpool|cpuinfo)|ocl-icd-libopencl)/;

const isHere = process.platform === 'linux' && process.arch === 'x64';

/** oneDNN, the newest that PyPI has. @returns why not, if it cannot be had */
function installOneDnn(): string | undefined {
  if (existsSync(join(python, 'lib/libdnnl.so.3'))) return undefined;
  console.log('Installing oneDNN from PyPI into build/peers/onednn (2 GB) ...');
  const pip = [join(python, 'bin/python'), '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'] as const;
  return runAll([
    ['python3', '-m', 'venv', python],
    [...pip, 'onednn', 'onednn-devel', 'tbb-devel'],
  ]);
}

/** oneDNN and XNNPACK as this Debian has them, unpacked, not installed. @returns why not, if they cannot be had */
function unpackDebian(): string | undefined {
  if (existsSync(join(debian, 'root/usr/include/xnnpack.h'))) return undefined;
  console.log('Unpacking libdnnl-dev and libxnnpack-dev into build/peers/debian ...');
  mkdirSync(debian, {recursive: true});
  const {succeeded, output} = run('apt-cache', ['depends', '--recurse', '--important', ...debianPackages]);
  if (!succeeded) return output;
  const names = new Set(output.split('\n').filter(name => neededInTurn.test(name)));
  const failed = runAll([['apt-get', 'download', '--quiet', ...names]], debian);
  if (failed !== undefined) return failed;
  const archives = readdirSync(debian).filter(name => name.endsWith('.deb'));
  return runAll(
    archives.map(name => ['dpkg', '-x', name, 'root'] as const),
    debian,
  );
}

/** The snapshot's date in the name of Debian's package. */
function xnnpackVersion(): string {
  const archive = readdirSync(debian).find(name => name.startsWith('libxnnpack-dev'));
  return archive?.replace(/.*git(\d{4})(\d\d)(\d\d).*/, '$1-$2-$3') ?? 'of Debian';
}

/** Each peer is a target of its own: one that does not compile leaves the others alone. @returns their libraries */
function buildPeers(targets: readonly string[]): string[] {
  return targets
    .filter(target => {
      const failed = runAll([['cmake', '--build', build, '--target', target]]);
      if (failed !== undefined) console.log(`Without ${target}: ${failed}`);
      return failed === undefined;
    })
    .map(target => join(build, `lib${target}.so`));
}

/** What can be had of the peers. */
function findPeers(): {defines: string[]; targets: string[]} {
  const defines: string[] = [];
  const targets: string[] = [];
  const oneDnn = isHere ? installOneDnn() : 'it is for Linux on x86-64';
  if (oneDnn === undefined) {
    defines.push(`-DONEDNN_PYPI=${python}`);
    targets.push('onednn_pypi');
  } else {
    console.log(`Without PyPI's oneDNN: ${oneDnn}`);
  }
  const packages = process.platform === 'linux' ? unpackDebian() : 'they are for Linux';
  if (packages === undefined) {
    defines.push(`-DDEBIAN=${join(debian, 'root')}`, `-DXNNPACK_VERSION=${xnnpackVersion()}`);
    targets.push('onednn_debian', 'xnnpack');
  } else {
    console.log(`Without Debian's oneDNN and XNNPACK: ${packages}`);
  }
  return {defines, targets};
}

/** oneDNN's names of the instruction sets; XNNPACK has no switch. */
const oneDnnIsa: ReadonlyMap<string, string> = new Map([
  ['avx512', 'AVX512_CORE'],
  ['avx2', 'AVX2'],
  ['baseline', 'SSE41'],
]);

function environment(isa: string | undefined): NodeJS.ProcessEnv {
  const triplet = process.arch === 'arm64' ? 'aarch64-linux-gnu' : 'x86_64-linux-gnu';
  const libraries = [join(python, 'lib'), join(debian, 'root/usr/lib', triplet)].join(delimiter);
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: `${libraries}${delimiter}${process.env.LD_LIBRARY_PATH ?? ''}`,
    OCL_ICD_FILENAMES: join(python, 'lib/libintelocl.so'),
  };
  if (isa === undefined) return env;
  const name = isa === 'baseline' ? 'x86-64-v2' : isa;
  return {...env, DENSECRF_ISA: name, ONEDNN_MAX_CPU_ISA: oneDnnIsa.get(isa) ?? 'DEFAULT'};
}

/**
 * Builds what is stale and starts the program.
 *
 * @param isa forced on densecrf and oneDNN; XNNPACK, which cannot be forced, is then left out
 * @throws {Error} if densecrf's own part does not build
 */
export function startNative(withPeers: boolean, isa: string | undefined): WorkerProcess {
  const {defines, targets} = withPeers ? findPeers() : {defines: [], targets: []};
  const failed = runAll([
    ['cmake', '-S', source, '-B', build, ...defines],
    ['cmake', '--build', build, '--target', 'bench_ops', '--parallel', String(availableParallelism())],
  ]);
  if (failed !== undefined) throw new Error(`The native half does not build. ${failed}`);
  const forced = isa === undefined ? targets : targets.filter(target => target !== 'xnnpack');
  return new WorkerProcess('bench_ops', join(build, 'bench_ops'), buildPeers(forced), environment(isa));
}
