import { runProgram } from '@retort/shared';
import { classifyCommand } from './classify/command.ts';
import { keyCommand } from './keys/command.ts';
import { leave } from './leave.ts';
import { serve } from './serve.ts';
import { serveOptions } from './serve-options.ts';

await runProgram('server', {
  serve: {
    help: 'Serves models over HTTP until it is told to stop (Ctrl-C, SIGTERM).',
    options: serveOptions,
    run: serve,
  },
  classify: classifyCommand,
  key: keyCommand,
});
leave();
