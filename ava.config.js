// Processes, not worker threads: the lifecycle tests start and end threads of their own.
export default {
  files: ['test/**/*.test.ts'],
  extensions: {ts: 'module'},
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  concurrency: 2,
  timeout: '5m',
};
