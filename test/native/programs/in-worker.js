// tsx does not reach into worker threads by itself.
import {tsImport} from 'tsx/esm/api';

await tsImport(`./${process.argv[2] ?? ''}.ts`, import.meta.url);
