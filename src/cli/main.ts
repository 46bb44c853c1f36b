#!/usr/bin/env node
import {dispatch} from './dispatch.ts';

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await dispatch(process.argv.slice(2), process);
