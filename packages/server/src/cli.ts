import { runProgram } from '@retort/shared';
import { serve } from './serve.ts';

await runProgram('server', {
  serve: {
    help: 'Serves a model over HTTP until it is told to stop (Ctrl-C, SIGTERM).',
    options: {
      experiment: { type: 'string', value: 'NAME', help: 'whose quantized student is served', default: 'sample' },
      model: { type: 'string', value: 'FOLDER', help: 'another model folder, such as artifacts/sample/distill' },
      port: { type: 'string', value: 'PORT', help: 'where to listen; 0 takes any free port', default: '8080' },
      host: { type: 'string', value: 'ADDRESS', help: 'who may connect: 0.0.0.0 is everybody', default: '127.0.0.1' },
      dashboard: { type: 'string', value: 'FOLDER', help: 'the built page, by default apps/dashboard/dist' },
    },
    run: serve,
  },
});
