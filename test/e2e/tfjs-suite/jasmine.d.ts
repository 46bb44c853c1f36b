// What is used of jasmine 3, which brings no types of its own.
declare module 'jasmine' {
  interface Spec {
    fullName: string;
    status: 'passed' | 'failed' | 'excluded' | 'pending';
    failedExpectations: {message: string}[];
  }
  export default class Jasmine {
    constructor(options: {projectBaseDir: string});
    exitOnCompletion: boolean;
    loadConfig(config: {spec_dir: string; spec_files: string[]; random: boolean}): void;
    clearReporters(): void;
    addReporter(reporter: {specDone(spec: Spec): void}): void;
    execute(files?: string[], filter?: string): Promise<void>;
  }
}
