declare module 'node-gyp-build' {
  interface Finder {
    /** The binary for this machine: build/Release or build/Debug below `root`, else the best of prebuilds/. */
    resolve(root: string): string;
  }
  const finder: Finder;
  export default finder;
}
