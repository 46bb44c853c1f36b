import {setTestEnvs, setupTestFilters} from '@tensorflow/tfjs-core/dist/jasmine_util.js';

/** Has the specs run on this backend. Importing them makes them, so this must come before. */
export function judge(backendName: string): void {
  setTestEnvs([{name: 'judged', backendName, isDataSync: true}]);
  // Those in a worker want the package's other files beside the bundle.
  setupTestFilters([], spec => !spec.includes('computation in worker'));
}
