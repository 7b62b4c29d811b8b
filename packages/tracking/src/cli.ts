import { runProgram } from '@retort/shared/recording';
import { recordCommand } from './commands/record-command.ts';

await runProgram('tracking', process.argv[2] === 'record' ? recordCommand : await allCommands());

/** Loaded only when one of them may be meant: a recorder starts beside every stage, and most of its work is to start. */
async function allCommands() {
  const [{ serverCommands }, { queryCommands }, { dataCommands }] = await Promise.all([
    import('./commands/server-commands.ts'),
    import('./commands/query-commands.ts'),
    import('./commands/data-commands.ts'),
  ]);
  return { ...serverCommands, ...recordCommand, ...queryCommands, ...dataCommands };
}
