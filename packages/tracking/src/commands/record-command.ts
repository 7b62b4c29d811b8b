import { type Command, findWorkspace, UserError } from '@retort/shared/recording';
import { follow, recorderLog } from '../recording/follow.ts';

export const recordCommand: Record<string, Command> = {
  record: {
    help: 'Sends one run to the database while it goes on. Stages start this by themselves.',
    options: { run: { type: 'string', value: 'ID', help: 'a folder of .retort/runs' } },
    async run({ run }) {
      const workspace = findWorkspace();
      if (typeof run !== 'string' || !/^[0-9a-f-]{36}$/.test(run)) {
        throw new UserError('no run is named', { place: { field: '--run' }, remedy: 'name a folder of .retort/runs' });
      }
      // The stage's pipe is closed when the stage has ended.
      process.stderr.on('error', () => undefined);
      const log = recorderLog(workspace);
      await follow(workspace, run, (line) => {
        log(line);
        process.stderr.write(`${line}\n`);
      });
    },
  },
};
